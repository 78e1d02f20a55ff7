//! The form in which an account is kept: JSON with a version, converted once each way.

use serde::{Deserialize, Serialize};

use super::Account;

/// Every form that was ever written. A new one is added beside the old, which stay readable.
#[derive(Debug, Serialize, Deserialize)]
// The version comes first, so that the account is read in one go.
#[serde(tag = "v", content = "account")]
enum Versioned<T> {
    #[serde(rename = "1")]
    V1(T),
}

/// Text form of an account.
#[derive(Debug)]
pub struct StoredAccount;

impl StoredAccount {
    /// # Errors
    /// A sentence without values, where the row is none of the known forms.
    pub fn read(text: &str) -> Result<Account, &'static str> {
        let Versioned::V1(account) =
            serde_json::from_str(text).map_err(|_| "an account's row cannot be read")?;
        Ok(account)
    }

    /// # Errors
    /// None in practice: every field can be written.
    pub fn write(account: &Account) -> Result<String, &'static str> {
        serde_json::to_string(&Versioned::V1(account)).map_err(|_| "an account cannot be written")
    }
}
