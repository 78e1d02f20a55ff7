//! One tenant, one account, a clock that is a number and randomness that is a counter.

use pbx_2fa_shared::operator::Policy;
use pbx_2fa_shared::portal::OpenTransactionRequest;
use pbx_2fa_shared::{ClientId, DisplayName, Locale, Nonce, Origin, Purpose, Subject};
use pbx_2fa_verifier::{Account, Command, Context, Entropy, Keyring, Opening, Outcome, Tenant};

/// The first second of a time step.
const START: u64 = 1_800_000_000;

pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) account: Account,
    pub(crate) tenant: Tenant,
    pub(crate) keys: Keyring,
    drawn: u64,
}

impl World {
    pub(crate) fn new(portal_name: DisplayName) -> Self {
        let client_id = ClientId::parse("portal").expect("constant");
        let subject = Subject::parse("an").expect("constant");
        Self {
            now: START,
            account: Account::new(client_id.clone(), subject),
            tenant: Tenant {
                client_id,
                portal_name,
                app_name: DisplayName::parse("Qaller").expect("constant"),
                locale: Some(Locale::parse("nl-BE").expect("constant")),
                form_of_address: None,
                policy: Policy::default(),
            },
            keys: keyring(),
            drawn: 0,
        }
    }

    pub(crate) fn apply(&mut self, command: Command) -> Outcome {
        self.drawn += 1;
        let context = Context {
            now: self.now,
            entropy: entropy(self.drawn),
            keys: &self.keys,
            tenant: &self.tenant,
            issuer: "https://edge.example",
            restored_at: None,
        };
        self.account.apply(command, context)
    }

    /// As the page hands it in: out of its ticket. `profile` is JSON.
    pub(crate) fn open(&mut self, purpose: Purpose, profile: serde_json::Value) -> Opening {
        self.drawn += 1;
        let mut entropy = entropy(self.drawn);
        let request = OpenTransactionRequest {
            minimum_acr: None,
            subject: Subject::parse("an").expect("constant"),
            origin: origin(),
            nonce: Nonce::parse(format!("{:022}", self.drawn)).expect("digits"),
            purpose,
            locale: None,
            return_to: None,
            profile: serde_json::from_value(profile).expect("a profile"),
        };
        let opening = Opening::new(&self.tenant, request, self.now, &mut entropy).expect("enough randomness");
        self.through_its_ticket(&opening)
    }

    pub(crate) fn through_its_ticket(&mut self, opening: &Opening) -> Opening {
        self.drawn += 1;
        let response = opening.to_response(&self.keys, &mut entropy(self.drawn));
        let ticket = response.expect("a ticket").ticket;
        Opening::from_ticket(&self.keys, &ticket).expect("a ticket brings its opening back")
    }
}

pub(crate) fn keyring() -> Keyring {
    Keyring::parse("1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").expect("constant")
}

pub(crate) fn origin() -> Origin {
    Origin::parse("https://portal.example").expect("constant")
}

/// SplitMix64: another pool for each number, the same for the same.
pub(crate) fn entropy(seed: u64) -> Entropy {
    let mut state = seed;
    let mut pool = [0; Entropy::BYTES];
    for bytes in pool.chunks_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.copy_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    Entropy::new(pool)
}
