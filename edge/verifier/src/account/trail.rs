//! The audit trail: numbered, and chained by a MAC, so that an edited, swapped or missing row is found. The account keeps the
//! number and the MAC of the last.

use pbx_2fa_shared::UnixSeconds;
use pbx_2fa_shared::trail::{
    Actor, Event, EventAuthenticator, EventType, EventsResponse, HelpDeskRequest, Notification,
};
use serde::{Deserialize, Serialize};

use super::audit::Fault;
use super::authenticator::Authenticator;
use super::{Account, Owner};
use crate::bytes::Bytes;
use crate::keyring::{Keyring, MacUse};
use crate::limits;
use crate::refusal::Refusal;

/// Where the trail of an account ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trail {
    pub(super) count: u64,
    /// Rows up to this one were dropped after their time; one that is missing after it was taken out.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(super) forgotten: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last: Option<Link>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_none(rows: &u64) -> bool {
    *rows == 0
}

/// The MAC of a row, with the version of the root key that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub(super) version: u8,
    pub(super) mac: Bytes<32>,
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub sequence: u64,
    pub at: UnixSeconds,
    /// JSON of an [`Event`].
    pub body: String,
    /// Of the row before; none for the first.
    pub before: Option<Link>,
    pub link: Link,
}

impl Trail {
    pub(super) const NONE: Self = Self {
        count: 0,
        forgotten: 0,
        last: None,
    };

    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl Account {
    /// Notes what happened; it is written when the command is done.
    pub(super) fn note(
        &mut self,
        kind: EventType,
        actor: Actor,
        authenticator: Option<EventAuthenticator>,
        at: UnixSeconds,
    ) {
        self.noted.push(Event {
            sequence: 0,
            at,
            kind,
            actor,
            reason: None,
            authenticator,
            sid: None,
        });
    }

    /// The same, of the help desk, which says why.
    pub(super) fn note_by(
        &mut self,
        help_desk: &HelpDeskRequest,
        kind: EventType,
        authenticator: Option<EventAuthenticator>,
        at: UnixSeconds,
    ) {
        let name = help_desk.actor.clone();
        self.note(kind, Actor::HelpDesk { name }, authenticator, at);
        if let Some(noted) = self.noted.last_mut() {
            noted.reason = Some(help_desk.reason.clone());
        }
    }

    /// Numbers and chains what was noted, and picks what the portal is to be told.
    pub(super) fn record(&mut self, keys: &Keyring) -> Result<(Vec<Notification>, Vec<Record>), Refusal> {
        let (mut news, mut records) = (Vec::new(), Vec::new());
        for mut event in std::mem::take(&mut self.noted) {
            let sequence = self.trail.count.saturating_add(1);
            event.sequence = sequence;
            let body = serde_json::to_string(&event).map_err(|_| Refusal::Internal("an event"))?;
            let before = self.trail.last;
            let version = keys.current();
            let mac = self.owner.mac_of_row(keys, version, before.as_ref(), &body)?;
            let link = Link { version, mac };
            self.trail.count = sequence;
            self.trail.last = Some(link);
            records.push(Record {
                sequence,
                at: event.at,
                body,
                before,
                link,
            });
            if event.kind.is_told() {
                news.push(Notification {
                    client_id: self.owner.client_id.clone(),
                    subject: self.owner.subject.clone(),
                    event,
                });
            }
        }
        Ok((news, records))
    }

    /// A page of the trail, from the rows that follow `after`: a page of them, and one more where there are more.
    ///
    /// # Errors
    /// Only faults.
    pub fn read_trail(
        &self,
        mut rows: Vec<Record>,
        after: u64,
        keys: &Keyring,
    ) -> Result<EventsResponse, Refusal> {
        let more = rows.len() > limits::EVENTS_PER_PAGE;
        rows.truncate(limits::EVENTS_PER_PAGE);
        let next = rows.last().filter(|_| more).map(|row| row.sequence);
        let mut reader = self.trail_reader(after, keys);
        let found = reader.take(&rows);
        let intact = match found.and_then(|()| if more { Ok(()) } else { reader.end() }) {
            Err(Fault::NoRootKey(version)) => return Err(Refusal::NoRootKey(version)),
            found => found.is_ok(),
        };
        let events = rows.iter().map(|row| serde_json::from_str(&row.body));
        let events = events
            .collect::<Result<_, _>>()
            .map_err(|_| Refusal::Internal("a row of the trail cannot be read"))?;
        Ok(EventsResponse { events, next, intact })
    }

    /// Events up to this one were dropped after their time.
    pub fn forgot_events(&mut self, up_to: u64) {
        self.trail.forgotten = self.trail.forgotten.max(up_to.min(self.trail.count));
    }
}

impl Owner {
    pub(super) fn mac_of_row(
        &self,
        keys: &Keyring,
        version: u8,
        before: Option<&Link>,
        body: &str,
    ) -> Result<Bytes<32>, Refusal> {
        let before: &[u8] = before.map_or(&[], |link| &link.mac.0);
        let parts: [&[u8]; 4] = [
            self.client_id.as_str().as_bytes(),
            self.subject.as_str().as_bytes(),
            before,
            body.as_bytes(),
        ];
        keys.mac(version, MacUse::Event, &parts).map(Bytes)
    }
}

/// An authenticator, as an event names it.
pub(super) fn about(authenticator: &Authenticator) -> EventAuthenticator {
    EventAuthenticator {
        id: authenticator.id.clone(),
        kind: authenticator.method.kind(),
        hint: authenticator.method.hint(),
    }
}
