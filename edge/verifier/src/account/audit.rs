//! Whether the rows of a trail are those that were written: each with its MAC, none missing between what was dropped after its
//! time and the last one that the account knows of.

use std::cmp::Ordering;

use pbx_2fa_shared::trail::Event;

use super::Account;
use super::trail::{Link, Record};
use crate::keyring::Keyring;
use crate::refusal::Refusal;

/// What is wrong with a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A row is not the one that was written in its place.
    Altered,
    /// A row was taken out: the first, one in between, or the last.
    Missing,
    /// A row needs this version of the root key, which is not there.
    NoRootKey(u8),
}

/// Reads a trail from the oldest row to the last, in as many pieces as it comes.
#[derive(Debug)]
pub struct TrailReader<'a> {
    account: &'a Account,
    keys: &'a Keyring,
    /// The last row that was read; before the first, the last of those that are not asked for or were dropped.
    reached: u64,
    previous: Option<Link>,
}

impl Account {
    /// For the rows that follow `after`.
    #[must_use]
    pub fn trail_reader<'a>(&'a self, after: u64, keys: &'a Keyring) -> TrailReader<'a> {
        TrailReader {
            account: self,
            keys,
            reached: after.max(self.trail.forgotten),
            previous: None,
        }
    }
}

impl TrailReader<'_> {
    /// The next rows.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn take(&mut self, rows: &[Record]) -> Result<(), Fault> {
        rows.iter().try_for_each(|row| self.take_one(row))
    }

    /// After the last row.
    ///
    /// # Errors
    /// [`Fault::Missing`] where the account knows of a later one; [`Fault::Altered`] where it knows of another one.
    pub fn end(&self) -> Result<(), Fault> {
        let trail = &self.account.trail;
        if self.reached < trail.count {
            Err(Fault::Missing)
        } else if self.previous.is_some() && self.previous != trail.last {
            Err(Fault::Altered)
        } else {
            Ok(())
        }
    }

    fn take_one(&mut self, row: &Record) -> Result<(), Fault> {
        match row.sequence.cmp(&self.reached.saturating_add(1)) {
            Ordering::Less => return Err(Fault::Altered),
            Ordering::Greater => return Err(Fault::Missing),
            Ordering::Equal => {}
        }
        let version = row.link.version;
        let owner = &self.account.owner;
        let mac = owner.mac_of_row(self.keys, version, row.before.as_ref(), &row.body);
        let mac = mac.map_err(|refusal| match refusal {
            Refusal::NoRootKey(version) => Fault::NoRootKey(version),
            _ => Fault::Altered,
        })?;
        let event: Option<Event> = serde_json::from_str(&row.body).ok();
        let numbered = event.is_some_and(|e| e.sequence == row.sequence && e.at == row.at);
        let follows = self.previous.is_none() || self.previous == row.before;
        let begins = row.sequence != 1 || row.before.is_none();
        if mac != row.link.mac || !numbered || !follows || !begins {
            return Err(Fault::Altered);
        }
        (self.reached, self.previous) = (row.sequence, Some(row.link));
        Ok(())
    }
}
