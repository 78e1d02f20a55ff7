//! Every trail verified, from its oldest event to its last; and whether the accounts are all there.

use pbx_2fa_shared::maintenance::{FindingKind, MaintenanceResponse};
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::account::{Fault, Record, TrailReader};

use super::{Row, find, read};
use crate::census;
use crate::config::Config;
use crate::platform::Rows;

/// Events that are in memory at once.
const EVENTS: u32 = 500;

/// Accounts that are named as missing on one page; any is one too many.
const MISSING: u32 = 100;

/// One account; how much work that was.
pub(super) fn one(
    rows: &Rows,
    config: &Config,
    row: &Row,
    page: &mut MaintenanceResponse,
) -> Result<u64, &'static str> {
    let Some(account) = read(row, page) else {
        return Ok(1);
    };
    let mut reader = account.trail_reader(0, &config.keys);
    let (verified, fault) = verify(rows, &row.key, &mut reader)?;
    if let Some(fault) = fault {
        find(page, kind_of(fault), Some(&row.key));
    }
    Ok(verified.saturating_add(1))
}

/// After its last account.
pub(super) fn object(
    rows: &Rows,
    config: &Config,
    object: &str,
    page: &mut MaintenanceResponse,
) -> Result<(), Refusal> {
    let missing = rows
        .orphans(MISSING)
        .map_err(|_| Refusal::Internal("the trails cannot be loaded"))?;
    let missing: Vec<String> =
        serde_json::from_str(&missing).map_err(|_| Refusal::Internal("the trails cannot be read"))?;
    for key in &missing {
        find(page, FindingKind::AccountMissing, Some(key));
    }
    match census::is_right(rows, config, object) {
        Ok(true) => {}
        Ok(false) => find(page, FindingKind::AccountsMiscounted, None),
        Err(Refusal::NoRootKey(_)) => find(page, FindingKind::RootKeyMissing, None),
        Err(fault) => return Err(fault),
    }
    Ok(())
}

/// How many events were right, and what was wrong with the next.
#[allow(
    clippy::cast_precision_loss,
    reason = "JavaScript counts exactly to 2^53, more events than an account has"
)]
fn verify(rows: &Rows, key: &str, reader: &mut TrailReader) -> Result<(u64, Option<Fault>), &'static str> {
    let (mut verified, mut after) = (0_u64, 0);
    loop {
        let piece = rows
            .following(key, after as f64, EVENTS)
            .map_err(|_| "the trail cannot be loaded")?;
        let Ok(piece) = serde_json::from_str::<Vec<Record>>(&piece) else {
            return Ok((verified, Some(Fault::Altered)));
        };
        if let Err(fault) = reader.take(&piece) {
            return Ok((verified, Some(fault)));
        }
        let read = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        verified = verified.saturating_add(read);
        match piece.last() {
            Some(last) if read == u64::from(EVENTS) => after = last.sequence,
            _ => return Ok((verified, reader.end().err())),
        }
    }
}

const fn kind_of(fault: Fault) -> FindingKind {
    match fault {
        Fault::Altered => FindingKind::EventAltered,
        Fault::Missing => FindingKind::EventMissing,
        Fault::NoRootKey(_) => FindingKind::RootKeyMissing,
    }
}
