//! A small world: how it starts, what can be done in it, how deep it is searched.

use std::rc::Rc;

use pbx_2fa_shared::operator::{BackupGrace, Policy};

use super::super::harness::{AuthenticatorApp, ISSUER, World};
use super::action::Action;
use super::node::Node;
use super::seen::Seen;
use crate::account::Account;
use crate::account::authenticator::Method;
use crate::context::{Context, Tenant};
use crate::entropy::Entropy;
use crate::keyring::Keyring;

pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) starts: Vec<Start>,
    pub(super) policy: Policy,
    pub(super) actions: Vec<Action>,
    pub(super) bound: Bound,
    /// How many actions after one another, unless the environment says otherwise.
    pub(super) depth: usize,
    /// Fewer states than these, and something has narrowed the search.
    pub(super) at_least: usize,
}

/// What keeps a world small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// The depth alone.
    Depth,
    /// It ends after so many seconds, and a page opens a transaction only when its last one is over: few enough states to
    /// reach all of them.
    Ends(u64),
}

/// An account with a past.
#[derive(Clone)]
pub(super) struct Start {
    now: u64,
    drawn: u64,
    account: Account,
    apps: Vec<AuthenticatorApp>,
    wrong_in_a_row: u32,
    /// What was done before the search begins; judged like the rest.
    begun: Vec<Action>,
}

/// What is the same in all states of a search.
pub(super) struct Surroundings {
    pub(super) tenant: Tenant,
    pub(super) keys: Keyring,
    /// Whether tickets are handed in twice, and so have to be remembered.
    pub(super) replays: bool,
    pub(super) bound: Bound,
}

impl Start {
    /// The apps in the order in which they were set up.
    pub(super) fn of(world: World, apps: Vec<AuthenticatorApp>) -> Self {
        Self {
            now: world.now,
            drawn: world.drawn,
            account: world.account,
            apps,
            wrong_in_a_row: 0,
            begun: Vec::new(),
        }
    }

    pub(super) fn begun(self, actions: &[Action]) -> Self {
        Self {
            begun: actions.to_vec(),
            ..self
        }
    }

    /// The same, after so many wrong codes in a row. An hour ago, so that no wait and no code is left of them.
    pub(super) fn after_wrong_codes(mut self, profile: &str, n: u32) -> Self {
        let mut world = World::new();
        (world.now, world.drawn, world.account) = (self.now, self.drawn, self.account);
        for _ in 0..n {
            let mut page = world.login(profile);
            world.miss(&mut page);
        }
        self.now = world.now + 3_600;
        (self.drawn, self.account) = (world.drawn, world.account);
        self.wrong_in_a_row = n;
        self
    }

    /// The same at another time, with other randomness.
    pub(super) const fn moved(mut self, seconds: u64, drawn: u64) -> Self {
        self.now += seconds;
        self.drawn += drawn;
        self
    }

    /// # Errors
    /// What the actions before the search break.
    pub(super) fn node(&self, around: &Surroundings) -> Result<Node, String> {
        let mut seen = Seen {
            wrong_in_a_row: self.wrong_in_a_row,
            ..Seen::default()
        };
        let bound = self.account.authenticators.iter();
        let totp = bound.filter_map(|a| match a.method {
            Method::Totp { last_step, .. } => Some((a.id.clone(), last_step)),
            _ => None,
        });
        for ((id, last_step), app) in totp.zip(&self.apps) {
            if last_step > 0 {
                seen.note_step(&id, last_step).expect("the first of its app");
            }
            seen.apps.push((id, Rc::new(app.clone())));
        }
        let mut node = Node::new(self.now, self.account.clone(), seen, self.drawn);
        for action in &self.begun {
            let broken = |how: &str| format!("before the search, {action:?}: {how}");
            let step = node
                .take(*action, around)
                .ok_or_else(|| broken("cannot be done"))?;
            node = step.map_err(|how| broken(&how))?.node.reread()?;
        }
        Ok(node)
    }
}

impl Setting {
    pub(super) fn surroundings(&self) -> Surroundings {
        let mut world = World::new();
        world.tenant.policy = self.policy.clone();
        Surroundings {
            tenant: world.tenant,
            keys: world.keys,
            bound: self.bound,
            replays: self.actions.iter().any(|a| matches!(a, Action::Replay(_))),
        }
    }
}

impl Surroundings {
    pub(super) fn context(&self, now: u64, drawn: u64) -> Context<'_> {
        Context {
            now,
            entropy: entropy(drawn),
            keys: &self.keys,
            tenant: &self.tenant,
            issuer: ISSUER,
            restored_at: None,
        }
    }

    /// Whether a login with fewer than two methods may end, after the back-up was put off so often before.
    pub(super) const fn may_put_off(&self, before: u32, now: u64) -> bool {
        match self.tenant.policy.backup {
            BackupGrace::Skips(allowed) => before < allowed,
            BackupGrace::Until(until) => now < until,
        }
    }
}

/// Cheap, and different for every draw (SplitMix64): nothing here depends on its being hard to guess.
pub(super) fn entropy(drawn: u64) -> Entropy {
    let mut pool = [0; Entropy::BYTES];
    for (n, chunk) in (0..).zip(pool.chunks_mut(8)) {
        let mut z = (drawn << 8 | n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes());
    }
    Entropy::new(pool)
}
