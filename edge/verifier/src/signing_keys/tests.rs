//! The life of keys, at exact times.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "the times of a test do not come near the end of their range"
)]

use pbx_2fa_shared::operator::SignatureAlgorithm::{self, EdDsa, Es256};
use pbx_2fa_shared::signing_keys::SigningKeyStatus::{self, Active, Next, Retired};
use pbx_2fa_shared::{ProblemType, SigningKeyId, UnixSeconds};
use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::jwk::PrivateJwk;
use super::jwk::tests::{ED25519, P256};
use super::{Offer, Rotation, SigningKeys};
use crate::entropy::Entropy;
use crate::keyring::Sealed;
use crate::keyring::tests::{keyring, two_keys};
use crate::limits;
use crate::refusal::Refusal;

const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;
const START: UnixSeconds = 1_795_000_000;

fn kid(number: usize) -> SigningKeyId {
    SigningKeyId::parse(format!("{number:0>43}")).unwrap()
}

fn offer(alg: SignatureAlgorithm, number: usize) -> Offer {
    Offer {
        kid: kid(number),
        alg,
        sealed: Sealed::from_text(String::new()),
    }
}

/// With one key of each algorithm: ES256 is 1, EdDSA is 2.
fn begun() -> SigningKeys {
    let mut keys = SigningKeys::default();
    assert_eq!(keys.wanted(START), [Es256, EdDsa]);
    assert!(keys.take(offer(Es256, 1), START) && keys.take(offer(EdDsa, 2), START));
    keys
}

fn signs(keys: &SigningKeys, now: UnixSeconds) -> SigningKeyId {
    keys.active(Es256, now).unwrap().kid.clone()
}

fn status(keys: &SigningKeys, number: usize, now: UnixSeconds) -> Option<SigningKeyStatus> {
    let response = keys.to_response(now);
    let view = response.keys.iter().find(|view| view.kid == kid(number));
    view.map(|view| view.status)
}

#[test]
fn the_numbers_are_a_quarter_and_a_day_with_an_hour() {
    assert_eq!(limits::SIGNING_KEY_ROTATION, 90 * DAY);
    assert_eq!(limits::SIGNING_KEY_PUBLISHED_BEFORE, DAY + HOUR);
    assert_eq!(limits::SIGNING_KEY_PUBLISHED_AFTER, DAY + HOUR);
}

#[test]
fn the_first_key_signs_at_once_and_of_two_offers_the_first_is_taken() {
    let mut keys = begun();
    assert!(keys.wanted(START).is_empty());
    assert!(!keys.take(offer(Es256, 3), START) && !keys.take(offer(EdDsa, 4), START));
    assert_eq!(signs(&keys, START), kid(1));
    assert_eq!(keys.active(EdDsa, START).unwrap().kid, kid(2));
    // A clock behind that of the directory.
    assert_eq!(signs(&keys, START - 5), kid(1));
    assert_eq!(status(&keys, 1, START - 5), Some(Active));
}

#[test]
fn a_key_goes_from_next_to_active_to_retired_to_gone() {
    let mut keys = begun();
    let change = START + 90 * DAY;
    let due = change - DAY - HOUR;
    assert!(keys.wanted(due - 1).is_empty() && !keys.take(offer(Es256, 3), due - 1));
    assert_eq!(keys.wanted(due), [Es256, EdDsa]);
    assert!(keys.take(offer(Es256, 3), due) && !keys.take(offer(Es256, 4), due));
    assert_eq!(keys.wanted(due), [EdDsa]);

    let gone = change + DAY + HOUR;
    for (now, signing, statuses) in [
        (due, 1, [Some(Active), Some(Next)]),
        (change - 1, 1, [Some(Active), Some(Next)]),
        (change, 3, [Some(Retired), Some(Active)]),
        (gone - 1, 3, [Some(Retired), Some(Active)]),
        (gone, 3, [None, Some(Active)]),
    ] {
        keys.drop_gone(now);
        assert_eq!(signs(&keys, now), kid(signing), "at {}", now - START);
        assert_eq!(
            [1, 3].map(|n| status(&keys, n, now)),
            statuses,
            "at {}",
            now - START
        );
    }
    assert!(!keys.drop_gone(gone), "once");
    assert_eq!(
        keys.active(EdDsa, gone).unwrap().kid,
        kid(2),
        "the other algorithm waits for its own"
    );
}

#[test]
fn all_four_times_are_told() {
    let mut keys = begun();
    keys.rotate(offer(Es256, 3), Rotation::AfterPublication, START + 10)
        .unwrap();
    let views = keys.to_response(START + 20).keys;
    let times = |n: usize| {
        let view = views.iter().find(|view| view.kid == kid(n)).unwrap();
        (
            view.published_from,
            view.signs_from,
            view.signs_until,
            view.published_until,
        )
    };
    let change = START + 10 + DAY + HOUR;
    assert_eq!(times(1), (START, START, Some(change), Some(change + DAY + HOUR)));
    assert_eq!(times(2), (START, START, None, None));
    assert_eq!(times(3), (START + 10, change, None, None));
}

#[test]
fn after_a_long_silence_a_new_key_still_waits_to_be_read() {
    let mut keys = begun();
    let late = START + 300 * DAY;
    assert_eq!(signs(&keys, late), kid(1));
    assert!(keys.take(offer(Es256, 3), late));
    assert_eq!(signs(&keys, late + DAY + HOUR - 1), kid(1));
    assert_eq!(signs(&keys, late + DAY + HOUR), kid(3));
}

#[test]
fn an_ordinary_rotation_asked_for_twice_is_one() {
    let mut keys = begun();
    keys.rotate(offer(Es256, 3), Rotation::AfterPublication, START)
        .unwrap();
    keys.rotate(offer(Es256, 4), Rotation::AfterPublication, START + HOUR)
        .unwrap();
    assert_eq!(keys.published().len(), 3);
    assert_eq!(signs(&keys, START + DAY + HOUR - 1), kid(1));
    assert_eq!(signs(&keys, START + DAY + HOUR), kid(3));
    assert!(keys.wanted(START + DAY + HOUR).is_empty());
    // The quarter begins with the key that signs.
    assert_eq!(
        keys.wanted(START + DAY + HOUR + 90 * DAY - DAY - HOUR - 1),
        [EdDsa]
    );
    assert_eq!(
        keys.wanted(START + DAY + HOUR + 90 * DAY - DAY - HOUR),
        [Es256, EdDsa]
    );
}

#[test]
fn an_ordinary_rotation_brings_a_scheduled_key_on_but_never_puts_it_off() {
    let mut keys = begun();
    let due = START + 90 * DAY - DAY - HOUR;
    assert!(keys.take(offer(Es256, 3), due));
    keys.rotate(offer(Es256, 4), Rotation::AfterPublication, due + DAY)
        .unwrap();
    assert_eq!(signs(&keys, START + 90 * DAY - 1), kid(1));
    assert_eq!(signs(&keys, START + 90 * DAY), kid(3));
}

#[test]
fn a_rotation_at_once_signs_with_the_next_key_where_there_is_one() {
    let mut keys = begun();
    keys.rotate(offer(Es256, 3), Rotation::AfterPublication, START)
        .unwrap();
    keys.rotate(offer(Es256, 4), Rotation::AtOnce, START + 5).unwrap();
    assert_eq!(signs(&keys, START + 5), kid(3));
    assert_eq!(status(&keys, 4, START + 5), None);
    // There is none now: the offered one.
    keys.rotate(offer(Es256, 5), Rotation::AtOnce, START + 5).unwrap();
    assert_eq!(signs(&keys, START + 5), kid(5), "the later of two in one second");
    assert_eq!(
        [1, 3, 5].map(|n| status(&keys, n, START + 5)),
        [Some(Retired), Some(Retired), Some(Active)]
    );
    assert_eq!(keys.active(EdDsa, START + 5).unwrap().kid, kid(2));
}

#[test]
fn a_key_is_removed_at_once_but_for_the_one_that_signs() {
    let mut keys = begun();
    let refused = keys.remove(&kid(1), START).unwrap_err();
    assert!(matches!(
        refused,
        Refusal::Explained {
            problem: ProblemType::InvalidRequest,
            ..
        }
    ));
    assert_eq!(keys.remove(&kid(9), START), Err(ProblemType::NotFound.into()));
    keys.rotate(offer(Es256, 3), Rotation::AtOnce, START + 1).unwrap();
    assert!(keys.remove(&kid(3), START + 1).is_err());
    keys.remove(&kid(1), START + 1).unwrap();
    assert_eq!(status(&keys, 1, START + 1), None);
    assert_eq!(signs(&keys, START + 1), kid(3));
}

#[test]
fn a_next_key_that_is_removed_is_made_again() {
    let mut keys = begun();
    let due = START + 90 * DAY - DAY - HOUR;
    assert!(keys.take(offer(Es256, 3), due));
    keys.remove(&kid(3), due + 10).unwrap();
    assert!(keys.take(offer(Es256, 4), due + 10));
    assert_eq!(signs(&keys, START + 90 * DAY + 9), kid(1));
    assert_eq!(signs(&keys, START + 90 * DAY + 10), kid(4));
}

#[test]
fn where_one_between_two_was_removed_the_one_before_is_published_longer() {
    let mut keys = begun();
    keys.rotate(offer(Es256, 3), Rotation::AtOnce, START + 10)
        .unwrap();
    keys.rotate(offer(Es256, 4), Rotation::AtOnce, START + 20)
        .unwrap();
    keys.remove(&kid(3), START + 30).unwrap();
    assert!(!keys.drop_gone(START + 20 + DAY + HOUR - 1));
    assert!(keys.drop_gone(START + 20 + DAY + HOUR));
    assert_eq!(signs(&keys, START + 20 + DAY + HOUR), kid(4));
}

#[test]
fn rotations_at_once_come_to_an_end() {
    let mut keys = begun();
    for number in 3..10 {
        keys.rotate(offer(Es256, number), Rotation::AtOnce, START)
            .unwrap();
    }
    let refused = keys
        .rotate(offer(Es256, 10), Rotation::AtOnce, START)
        .unwrap_err();
    assert!(format!("{refused:?}").contains("alg: 8 keys are published"));
    keys.rotate(offer(EdDsa, 11), Rotation::AtOnce, START).unwrap();
    keys.remove(&kid(1), START).unwrap();
    keys.rotate(offer(Es256, 12), Rotation::AtOnce, START).unwrap();
}

#[test]
fn keys_are_sealed_anew_once_and_say_what_they_need() {
    let sealed = |text: &str| {
        let jwk = PrivateJwk::parse(text).unwrap();
        Offer::seal(&jwk, &keyring(), &mut Entropy::new([7; Entropy::BYTES])).unwrap()
    };
    let mut keys = SigningKeys::default();
    assert!(keys.take(sealed(P256), START) && keys.take(sealed(ED25519), START));
    let needed = |keys: &SigningKeys| {
        keys.root_versions()
            .map(|(_, version)| version)
            .collect::<Vec<_>>()
    };
    assert_eq!(needed(&keys), [1, 1]);
    let reseal = |keys: &mut SigningKeys| {
        keys.reseal(&two_keys(), &mut Entropy::new([8; Entropy::BYTES]))
            .unwrap()
    };
    assert_eq!(reseal(&mut keys), 2);
    assert_eq!(needed(&keys), [2, 2]);
    assert_eq!(reseal(&mut keys), 0, "a second time changes nothing");
    assert!(keys.published().iter().all(|key| key.open(&two_keys()).is_ok()));
}

#[derive(Debug, Clone)]
enum Act {
    Wait(u64),
    /// An isolate asks, and makes what is wanted; or only asks.
    Ask {
        makes: bool,
    },
    Rotate(Rotation),
    /// The key at this place, if it may be.
    Remove(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (1..2 * HOUR).prop_map(Act::Wait),
        (DAY..40 * DAY).prop_map(Act::Wait),
        any::<bool>().prop_map(|makes| Act::Ask { makes }),
        prop_oneof![
            3 => proptest::strategy::Just(Rotation::AfterPublication),
            1 => proptest::strategy::Just(Rotation::AtOnce),
        ]
        .prop_map(Act::Rotate),
        (0..4_usize).prop_map(Act::Remove),
    ]
}

proptest! {
    /// Whatever happens in whatever order: one key signs; unless it was asked for at once, it was published a day and an
    /// hour before; and it is published for a day and an hour after every second in which it signed, unless it was removed.
    #[test]
    fn any_sequence_keeps_tokens_verifiable(acts in proptest::collection::vec(act(), 1..60)) {
        let mut keys = begun();
        let mut now = START;
        let mut number = 3;
        let mut at_once = vec![kid(1)];
        let mut signed: Vec<(SigningKeyId, UnixSeconds)> = Vec::new();
        for act in acts {
            match act {
                Act::Wait(seconds) => {
                    // It may change over in between, and signs to the last second.
                    for second in [now, now + seconds / 2, now + seconds - 1] {
                        signed.push((signs(&keys, second), second));
                    }
                    now += seconds;
                }
                Act::Ask { makes } => {
                    keys.drop_gone(now);
                    for alg in if makes { keys.wanted(now) } else { Vec::new() } {
                        assert!(keys.take(offer(alg, number), now));
                        number += 1;
                    }
                }
                Act::Rotate(rotation) => {
                    if keys.rotate(offer(Es256, number), rotation, now).is_ok() && rotation == Rotation::AtOnce {
                        at_once.push(signs(&keys, now));
                    }
                    number += 1;
                }
                Act::Remove(place) => {
                    let key = keys.published().get(place).map(|key| key.kid.clone());
                    if let Some(key) = key.filter(|key| keys.remove(key, now).is_ok()) {
                        signed.retain(|(kid, _)| *kid != key);
                    }
                }
            }
            let active = keys.active(Es256, now).unwrap();
            assert!(at_once.contains(&active.kid) || now >= active.published_from + DAY + HOUR);
            for (kid, at) in &signed {
                let published = keys.published().iter().any(|key| key.kid == *kid);
                assert!(published || now >= at + DAY + HOUR, "a token of {at} does not verify at {now}");
            }
            let statuses = keys.to_response(now).keys.into_iter().filter(|view| view.alg == Es256);
            assert_eq!(statuses.filter(|view| view.status == Active).count(), 1);
        }
    }
}
