use super::{Command, KeysOrder, SignatureAlgorithm, TenantOrder, parse_from};
use pbx_2fa_shared::maintenance::MaintenanceTask;

fn parse(line: &str) -> Result<Command, String> {
    parse_from(lexopt::Parser::from_args(line.split_whitespace())).map_err(|failure| failure.to_string())
}

#[test]
fn options_arrive() {
    let Ok(Command::Dev(dev)) = parse("dev --edge-port 9000 --account-owners per-account --json") else {
        panic!("not dev");
    };
    assert_eq!(
        (dev.edge_port, dev.portal_port, dev.json, dev.build),
        (9000, 8080, true, true)
    );
    assert_eq!(dev.account_owners, "per-account");
    let Ok(Command::Test(test)) = parse("test --only fmt,unit --only deploy") else {
        panic!("not test");
    };
    assert_eq!(test.only, ["fmt", "unit", "deploy"]);
    let Ok(Command::Fuzz(fuzz)) = parse("fuzz phone --seconds 600 --keep") else {
        panic!("not fuzz");
    };
    assert_eq!(
        (fuzz.target.as_deref(), fuzz.seconds, fuzz.keep),
        (Some("phone"), 600, true)
    );
}

#[test]
fn another_build_is_run_as_it_is() {
    assert!(matches!(parse("dev --dist dist-test"), Ok(Command::Dev(dev)) if !dev.build));
}

#[test]
fn keys_are_made_or_named() {
    assert!(matches!(parse("keys"), Ok(Command::Keys(KeysOrder::Make))));
    assert!(matches!(parse("keys list"), Ok(Command::Keys(KeysOrder::List))));
    let Ok(Command::Keys(KeysOrder::Rotate { alg, at_once })) = parse("keys rotate EdDSA --at-once") else {
        panic!("not rotate");
    };
    assert_eq!((alg, at_once), (SignatureAlgorithm::EdDsa, true));
    assert!(matches!(
        parse("keys rotate ES256"),
        Ok(Command::Keys(KeysOrder::Rotate { at_once: false, .. }))
    ));
    assert!(matches!(parse("keys remove KID"), Ok(Command::Keys(KeysOrder::Remove { kid })) if kid == "KID"));
}

#[test]
fn what_a_deployment_named_is_no_option() {
    assert!(matches!(
        parse("keys remove -SsQBAFTa6GuXmZPwpjs"),
        Ok(Command::Keys(KeysOrder::Remove { kid })) if kid == "-SsQBAFTa6GuXmZPwpjs"
    ));
    assert!(matches!(
        parse("tenant remove-key portal --QBAFTa6Gu"),
        Ok(Command::Tenant(TenantOrder::RemoveKey { client_id, key_id }))
            if client_id == "portal" && key_id == "--QBAFTa6Gu"
    ));
    for line in [
        "keys remove --help",
        "keys --help",
        "tenant show -h",
        "tenant remove-key portal --help",
    ] {
        assert!(matches!(parse(line), Ok(Command::Help(_))), "{line}");
    }
}

#[test]
fn what_is_stored_is_gone_over_by_two_commands() {
    let (reseal, audit) = (parse("keys reseal"), parse("trail audit"));
    assert!(matches!(reseal, Ok(Command::Maintain(MaintenanceTask::Reseal))));
    assert!(matches!(audit, Ok(Command::Maintain(MaintenanceTask::Audit))));
}

#[test]
fn mistakes_are_told() {
    for line in [
        "deploy",
        "dev --edge-port 0",
        "dev --edge-port x",
        "dev --colour",
        "tenant put only-one",
        "tenant drop portal",
        "tenant show",
        "tenant show portal other",
        "tenant remove-key portal",
        "keys now",
        "keys --at-once",
        "keys rotate",
        "keys rotate HS256",
        "keys remove",
        "keys remove KID --at-once",
        "keys reseal now",
        "trail reseal",
        "fuzz phone origin",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}
