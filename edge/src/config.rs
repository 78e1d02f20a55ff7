//! What the deployment gives: keys, issuer, and which objects own accounts. Read once per isolate.

use std::cell::OnceCell;
use std::rc::Rc;

use pbx_2fa_shared::UnixSeconds;
use pbx_2fa_verifier::Keyring;
use pbx_2fa_verifier::handle::AccountKey;
use worker::Env;

use crate::clock;

pub(crate) struct Config {
    pub(crate) keys: Keyring,
    /// `iss` of every token: the public address of this service, without a trailing slash.
    pub(crate) issuer: String,
    pub(crate) owners: Owners,
    /// When the operator last put back a back-up.
    pub(crate) restored_at: Option<UnixSeconds>,
    /// Whether test keys log in.
    pub(crate) test_keys: bool,
    operator_key: [u8; 32],
}

/// Which Durable Object owns an account. Fixed at the first start of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owners {
    /// One object each: the global network, where an object moves near its user.
    PerAccount,
    /// So many objects, accounts as rows: one machine, where writes that wait together commit together.
    Shards(u16),
}

thread_local! {
    static CONFIG: OnceCell<Result<Rc<Config>, String>> = const { OnceCell::new() };
}

impl Config {
    /// # Errors
    /// A sentence for the operator's log. It names the variable and quotes nothing.
    pub(crate) fn of(env: &Env) -> Result<Rc<Self>, String> {
        CONFIG.with(|config| config.get_or_init(|| Self::read(env).map(Rc::new)).clone())
    }

    fn read(env: &Env) -> Result<Self, String> {
        // A variable that is not set is `null` under `workerd`, which the platform's crate stumbles over.
        let optional = |name: &str| {
            js_sys::Reflect::get(env, &name.into())
                .ok()
                .and_then(|v| v.as_string())
                .filter(|v| !v.is_empty())
        };
        let var = |name: &str| optional(name).ok_or_else(|| format!("{name} is not set"));
        let keys = Keyring::parse(&var("ROOT_KEYS")?).map_err(|e| format!("ROOT_KEYS: {e}"))?;
        let issuer = var("ISSUER")?;
        if !issuer.starts_with("https://") && !issuer.starts_with("http://") || issuer.ends_with('/') {
            return Err("ISSUER: expected an address without a trailing slash".to_owned());
        }
        let operator_key = from_hex(&var("OPERATOR_KEY_SHA256")?)
            .ok_or("OPERATOR_KEY_SHA256: expected 64 hexadecimal digits")?;
        let owners = Owners::parse(&var("ACCOUNT_OWNERS")?)
            .ok_or("ACCOUNT_OWNERS: expected per-account, or shards:N with N from 1 to 1024")?;
        let restored_at = optional("RESTORED_AT").map(|text| past(&text)).transpose()?;
        let test_keys = match optional("TEST_KEYS").as_deref() {
            None => false,
            Some("allowed") => true,
            Some(_) => return Err("TEST_KEYS: expected allowed, or nothing".to_owned()),
        };
        Ok(Self {
            keys,
            issuer,
            owners,
            restored_at,
            test_keys,
            operator_key,
        })
    }

    /// Compared in constant time, by hash.
    pub(crate) fn is_operator(&self, key: &str) -> bool {
        use sha2::Digest;
        use subtle::ConstantTimeEq;
        let presented: [u8; 32] = sha2::Sha256::digest(key.as_bytes()).into();
        presented.ct_eq(&self.operator_key).into()
    }
}

impl Owners {
    fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("shards:") {
            Some(n) => n
                .parse()
                .ok()
                .filter(|n| (1..=1_024).contains(n))
                .map(Self::Shards),
            None => (text == "per-account").then_some(Self::PerAccount),
        }
    }

    /// The name of the object that owns an account.
    pub(crate) fn object_name(self, account: &AccountKey) -> String {
        match self {
            Self::PerAccount => format!("account-{}", account.as_text()),
            Self::Shards(n) => Self::shard_name(account.shard(n)),
        }
    }

    pub(crate) fn shard_name(shard: u16) -> String {
        format!("shard-{shard}")
    }

    /// How many objects can be listed.
    pub(crate) const fn shards(self) -> u16 {
        match self {
            Self::PerAccount => 0,
            Self::Shards(n) => n,
        }
    }
}

impl std::fmt::Display for Owners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PerAccount => f.write_str("per-account"),
            Self::Shards(n) => write!(f, "shards:{n}"),
        }
    }
}

/// A moment that has been. One to come would end every login until then.
fn past(text: &str) -> Result<UnixSeconds, String> {
    let moment = text.parse().ok().filter(|at| *at <= clock::now());
    moment.ok_or_else(|| "RESTORED_AT: expected seconds since 1970, not later than now".to_owned())
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        let start = at.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(start..start.checked_add(2)?)?, 16).ok()?;
    }
    Some(bytes)
}
