//! The worlds that are searched.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::Purpose::{Login, Manage};
use pbx_2fa_shared::operator::{BackupGrace, Policy};

use super::super::harness::{APP, APP_AND_MOBILE, MOBILE, NOTHING, World};
use super::action::Action::{self, *};
use super::action::Guess::{Ahead, Old, Right, Wrong};
use super::action::Page::{A, B};
use super::action::Target::{OnScreen, Other};
use super::action::{BOTH, Page};
use super::setting::{Bound, Setting, Start, Surroundings};

const TOTP: &str = r#"{"kind":"totp"}"#;
const A_MOBILE: &str = r#"{"kind":"mobile","number":"+32470999988"}"#;
const A_LANDLINE: &str = r#"{"kind":"landline","number":"+3225559977"}"#;
const NO_APP: &str = r#"{"app":{"registered":false}}"#;
const ANOTHER_MOBILE: &str = r#"{"mobile":"+32470123499"}"#;

fn policy(skips: u32) -> Policy {
    Policy {
        backup: BackupGrace::Skips(skips),
        ..Policy::default()
    }
}

/// An account that a profile made.
fn of_profile(profile: &str) -> Start {
    let mut world = World::new();
    world.login(profile);
    world.now += 3_600;
    Start::of(world, Vec::new())
}

fn with_totp() -> Start {
    let (world, app) = World::with_totp();
    Start::of(world, vec![app])
}

/// An authenticator app of the user's own, beside the mobile number of the profile.
fn with_totp_and_mobile() -> Start {
    let (mut world, app) = World::with_totp();
    world.login(MOBILE);
    world.now += 3_600;
    Start::of(world, vec![app])
}

/// An authenticator app and a mobile number, both the user's own.
fn with_two_of_the_user() -> Start {
    let mut world = World::new();
    let mut page = world.manage(NOTHING);
    let app = world.bind_totp(&mut page);
    world.bind_number(&mut page, Kind::Mobile, "+32470999911");
    world.now += 3_600;
    Start::of(world, vec![app])
}

/// The same for both pages.
fn both(actions: impl Fn(Page) -> Vec<Action>) -> Vec<Action> {
    BOTH.into_iter().flat_map(actions).collect()
}

fn of(parts: &[&[Action]]) -> Vec<Action> {
    parts.concat()
}

fn run(setting: &Setting) {
    let depth = std::env::var("PBX2FA_MODEL_DEPTH")
        .ok()
        .and_then(|d| d.parse().ok());
    let began = std::time::Instant::now();
    let found = match setting.search(depth.unwrap_or(setting.depth)) {
        Ok(found) => found,
        Err(report) => panic!("{report}"),
    };
    #[allow(clippy::print_stdout, reason = "seen with --nocapture")]
    {
        println!(
            "{}: {} states, {} transitions, depth {}, {}, {:.1} s",
            setting.name,
            found.states,
            found.transitions,
            found.depth,
            if found.exhausted {
                "exhausted"
            } else {
                "not exhausted"
            },
            began.elapsed().as_secs_f32(),
        );
    }
    assert!(found.idle.is_empty(), "never did anything: {:?}", found.idle);
    assert!(found.states >= setting.at_least, "{} states", found.states);
}

#[test]
fn one_page_and_an_authenticator_app() {
    let actions = of(&[
        &[Open(A, Login, NOTHING), Ask(A, 0)],
        &[Right, Wrong, Old, Ahead].map(|guess| Attempt(A, OnScreen, guess)),
        &[Finish(A), Redeem(A, None), Redeem(A, Some(1))],
        &[Wait(30)],
    ]);
    run(&Setting {
        name: "one page and an authenticator app",
        starts: vec![with_totp()],
        policy: policy(1),
        actions,
        bound: Bound::Ends(90),
        depth: usize::MAX,
        at_least: 29_000,
    });
}

#[test]
fn guessing_at_two_pages() {
    let actions = of(&[
        &both(|page| {
            of(&[
                &[Open(page, Login, NOTHING), Ask(page, 0)],
                &[Right, Wrong, Old].map(|guess| Attempt(page, OnScreen, guess)),
                &[Finish(page), Redeem(page, None)],
            ])
        }),
        &[30, 300, 600].map(Wait),
    ]);
    run(&Setting {
        name: "guessing at two pages",
        starts: vec![
            of_profile(APP),
            of_profile(APP).after_wrong_codes(NOTHING, 4),
            with_totp().after_wrong_codes(NOTHING, 4),
            of_profile(APP).begun(&[
                Open(A, Login, NOTHING),
                Attempt(A, OnScreen, Right),
                Open(B, Login, NOTHING),
            ]),
            of_profile(APP).begun(&of(&[
                &[
                    Open(A, Login, NOTHING),
                    Attempt(A, OnScreen, Right),
                    Open(B, Login, NOTHING),
                ],
                &[Attempt(B, OnScreen, Wrong); 4],
            ])),
        ],
        policy: policy(3),
        actions,
        bound: Bound::Depth,
        depth: 5,
        at_least: 45_000,
    });
}

#[test]
fn setting_up_the_first_method() {
    let actions = of(&[
        &both(|page| {
            of(&[
                &[Open(page, Login, NOTHING), Ask(page, 0), Look(page)],
                &[Right, Wrong].map(|guess| Attempt(page, OnScreen, guess)),
                &[TOTP, A_MOBILE].map(|what| Enroll(page, what)),
                &[Right, Wrong].map(|guess| Confirm(page, guess)),
                &[Finish(page), Redeem(page, None)],
            ])
        }),
        &[30, 300].map(Wait),
    ]);
    run(&Setting {
        name: "setting up the first method",
        starts: vec![
            Start::of(World::new(), Vec::new()),
            Start::of(World::new(), Vec::new())
                .begun(&both(|page| vec![Open(page, Login, NOTHING), Enroll(page, TOTP)])),
        ],
        policy: policy(1),
        actions,
        bound: Bound::Depth,
        depth: 5,
        at_least: 27_000,
    });
}

fn manager(name: &'static str, skips: u32, starts: Vec<Start>) -> Setting {
    let actions = of(&[
        &[Open(A, Manage, NOTHING)],
        &[0, 1, 2].map(|n| Ask(A, n)),
        &[Right, Wrong].map(|guess| Attempt(A, OnScreen, guess)),
        &[Attempt(A, Other, Right)],
        &[0, 1, 2].map(|n| SetPrimary(A, n)),
        &[0, 1, 2].map(|n| Remove(A, n)),
        &[Enroll(A, A_LANDLINE), Confirm(A, Right), Confirm(A, Wrong)],
        &[Finish(A), Redeem(A, None)],
        &[NOTHING, NO_APP, APP, ANOTHER_MOBILE].map(|profile| Open(B, Login, profile)),
        &[
            Attempt(B, OnScreen, Right),
            Attempt(B, OnScreen, Wrong),
            Finish(B),
            Redeem(B, None),
        ],
        &[30, 300].map(Wait),
    ]);
    Setting {
        name,
        starts,
        policy: policy(skips),
        actions,
        bound: Bound::Depth,
        depth: 4,
        at_least: 18_000,
    }
}

fn managed() -> Vec<Start> {
    let (world, app) = World::with_all_kinds();
    let starts = vec![
        with_two_of_the_user(),
        with_totp_and_mobile(),
        Start::of(world, vec![app]),
    ];
    let proven = [Open(A, Manage, NOTHING), Ask(A, 0), Attempt(A, OnScreen, Right)];
    starts.into_iter().map(|start| start.begun(&proven)).collect()
}

#[test]
fn the_method_manager_where_a_back_up_is_demanded() {
    run(&manager("the method manager, a back-up demanded", 0, managed()));
}

#[test]
fn the_method_manager_where_a_back_up_may_be_put_off() {
    run(&manager("the method manager, a back-up put off", 1, managed()));
}

#[test]
fn sending_codes() {
    let actions = of(&[
        &both(|page| {
            of(&[
                &[
                    Open(page, Login, NOTHING),
                    Ask(page, 0),
                    Ask(page, 1),
                    Undelivered(page),
                ],
                &[Reload(page), Replay(page)],
                &[Right, Wrong, Old].map(|guess| Attempt(page, OnScreen, guess)),
                &[Attempt(page, Other, Right)],
            ])
        }),
        &[30, 300, 600].map(Wait),
    ]);
    run(&Setting {
        name: "sending codes",
        starts: vec![
            of_profile(APP_AND_MOBILE),
            of_profile(APP_AND_MOBILE).begun(&of(&[
                &[
                    Open(A, Login, NOTHING),
                    Undelivered(A),
                    Ask(A, 0),
                    Undelivered(A),
                    Ask(A, 0),
                ],
                &[Open(B, Login, NOTHING)],
            ])),
        ],
        policy: policy(3),
        actions,
        bound: Bound::Depth,
        depth: 4,
        at_least: 9_000,
    });
}

#[test]
fn fallback_codes_and_the_help_desk() {
    let actions = of(&[
        &both(|page| {
            of(&[
                &[Open(page, Login, NOTHING), AskFallback(page), Ask(page, 0)],
                &[Right, Wrong, Old].map(|guess| Attempt(page, OnScreen, guess)),
                &[Finish(page), Redeem(page, None)],
            ])
        }),
        &[
            Open(A, Manage, NOTHING),
            MakeCodes(A),
            Enroll(A, TOTP),
            Confirm(A, Right),
        ],
        &[GiveBypass, HelpRemove(0), Unlock, Reset],
        &[30, 3_600].map(Wait),
    ]);
    let codes = [
        Open(A, Manage, NOTHING),
        Ask(A, 0),
        Attempt(A, OnScreen, Right),
        MakeCodes(A),
    ];
    let two_pages = [
        Open(A, Login, NOTHING),
        AskFallback(A),
        Open(B, Login, NOTHING),
        AskFallback(B),
    ];
    run(&Setting {
        name: "fallback codes and the help desk",
        starts: vec![
            with_totp().begun(&codes),
            with_totp().begun(&of(&[&codes, &[HelpRemove(0)]])),
            with_totp().begun(&of(&[&codes, &two_pages])),
            with_totp().begun(&of(&[&[GiveBypass], &two_pages])),
            Start::of(World::new(), Vec::new()).begun(&[GiveBypass, Open(A, Login, NOTHING)]),
        ],
        policy: policy(1),
        actions,
        bound: Bound::Depth,
        depth: 4,
        at_least: 20_000,
    });
}

/// Every state there is: a code by telephone, one login after another.
#[test]
fn one_page_and_a_telephone() {
    let actions = of(&[
        &[Open(A, Login, NOTHING), Ask(A, 0)],
        &[Right, Wrong].map(|guess| Attempt(A, OnScreen, guess)),
        &[Finish(A), Redeem(A, None), Wait(30)],
    ]);
    run(&Setting {
        name: "one page and a telephone",
        starts: vec![of_profile(APP)],
        policy: policy(1),
        actions,
        bound: Bound::Ends(60),
        depth: usize::MAX,
        at_least: 5_000,
    });
}

/// The text of a state holds neither the hour nor the draw, and every count: else equal states would not meet, or unequal
/// ones would.
#[test]
fn states_that_behave_alike_have_the_same_text_and_others_have_not() {
    let path = [
        Open(A, Manage, APP_AND_MOBILE),
        Ask(A, 0),
        Attempt(A, OnScreen, Wrong),
        Attempt(A, OnScreen, Right),
        Enroll(A, A_LANDLINE),
        Open(B, Login, NOTHING),
        Wait(30),
        Attempt(B, OnScreen, Wrong),
    ];
    let (around, later) = (surroundings(), 7_200);
    let texts = |start: Start| {
        let taken = (0..=path.len()).map(|n| start.clone().begun(&path[..n]).node(&around));
        taken.map(|node| node.unwrap().canonical()).collect::<Vec<_>>()
    };
    let first = texts(with_totp());
    assert_eq!(first, texts(with_totp().moved(later, 1_000)));
    for (n, text) in first.iter().enumerate() {
        assert_eq!(
            first.iter().position(|t| t == text),
            Some(n),
            "{n} is none before it"
        );
    }
}

fn surroundings() -> Surroundings {
    let actions = Vec::new();
    let setting = Setting {
        name: "",
        starts: Vec::new(),
        policy: policy(1),
        actions,
        bound: Bound::Depth,
        depth: 0,
        at_least: 0,
    };
    setting.surroundings()
}
