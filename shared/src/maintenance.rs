//! Maintenance: what an operator lets the service do to everything that it has stored, a page at a time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{ClientId, KeyId};

/// `POST /v1/maintenance/{task}`: one page of one object.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceRequest {
    /// Which of the objects that own accounts, from 0 on; left out, the directory of tenants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<u16>,
    /// The `next` of the page before; left out on the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
}

/// What is done to it. The last segment of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MaintenanceTask {
    /// What older versions of the root key have made is made anew under the current one.
    Reseal,
    /// Every audit trail is verified, and the accounts are counted.
    Audit,
}

impl MaintenanceTask {
    pub const ALL: [Self; 2] = [Self::Reseal, Self::Audit];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reseal => "reseal",
            Self::Audit => "audit",
        }
    }
}

/// Answer of a page. It can be asked for again at any time.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct MaintenanceResponse {
    /// How many objects own accounts; 0 where each account has one of its own, and nothing can list them.
    pub objects: u16,
    /// Whether this was the last page of the object.
    pub done: bool,
    /// What to ask `after` for the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Accounts (or tenants) on this page.
    pub walked: u64,
    /// Of those, how many were written anew.
    pub changed: u64,
    /// How many stored values need which version of the root key, after this page.
    pub versions: BTreeMap<u8, u64>,
    /// API keys that were handed out with an older version, which stays needed until they are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub api_keys: Vec<OlderApiKey>,
    /// What is not as it must be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OlderApiKey {
    pub client_id: ClientId,
    pub id: KeyId,
    pub version: u8,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: FindingKind,
    /// The key of the account's row: a digest, which names nobody. Of a tenant, its client id. Of the object as a whole, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// The row cannot be read, or stands under another account's key.
    RowUnreadable,
    /// Sealed values do not open, though the key that made them is there: they were altered, or moved here.
    ValueUnreadable,
    /// Something needs a version of the root key that `ROOT_KEYS` does not hold.
    RootKeyMissing,
    /// An event of the audit trail is not the one that was written in its place.
    EventAltered,
    /// An event was taken out of the audit trail.
    EventMissing,
    /// There are events of an account that is not there.
    AccountMissing,
    /// The object owns more or fewer accounts than were counted when they were made, or the count was altered.
    AccountsMiscounted,
}

impl FindingKind {
    /// A sentence for the operator.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::RowUnreadable => "its row cannot be read, or is another account's",
            Self::ValueUnreadable => "sealed values do not open: altered, or moved here from elsewhere",
            Self::RootKeyMissing => "needs a version of the root key that ROOT_KEYS does not hold",
            Self::EventAltered => "an event of its trail is not the one that was written",
            Self::EventMissing => "an event was taken out of its trail",
            Self::AccountMissing => "the account is gone, and its events are there",
            Self::AccountsMiscounted => "there are more or fewer accounts than were counted",
        }
    }
}
