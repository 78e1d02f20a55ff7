//! Request bodies: a letter that says which call, and the body.
//!
//! What is read is what stands there, for a parser without types too; it is written and read again without a change; and
//! a refusal quotes no value, whichever of the values is the wrong one.

use pbx_2fa_shared::operator::TenantSettings;
use pbx_2fa_shared::portal::{OpenTransactionRequest, RedeemRequest};
use pbx_2fa_shared::session::{
    AttemptRequest, ChallengeRequest, ConfirmRequest, EnrollRequest, ExchangeRequest, FinishRequest,
    PrimaryRequest,
};
use pbx_2fa_shared::trail::HelpDeskRequest;
use pbx_2fa_verifier::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::json::{holds, marked, value_of, written};
use crate::read::parse;
use crate::text;

const MARK: &str = "mark7391739";
const NUMBER: u64 = 7_391_739_173_917;
/// Bodies of more values than this are not gone through value by value.
const MARKED: usize = 24;

pub fn bodies(data: &[u8]) {
    let Some((call, body)) = data.split_first() else {
        return;
    };
    let Some(body) = text(body) else { return };
    match call {
        b'o' => check::<OpenTransactionRequest>(body),
        b'r' => check::<RedeemRequest>(body),
        b'x' => check::<ExchangeRequest>(body),
        b'c' => check::<ChallengeRequest>(body),
        b'a' => check::<AttemptRequest>(body),
        b'f' => check::<FinishRequest>(body),
        b'e' => check::<EnrollRequest>(body),
        b'y' => check::<ConfirmRequest>(body),
        b'p' => check::<PrimaryRequest>(body),
        b't' => check::<TenantSettings>(body),
        b'h' => check::<HelpDeskRequest>(body),
        _ => {}
    }
}

fn check<T: DeserializeOwned + Serialize>(body: &str) {
    let said = value_of(body);
    if let Ok(read) = parse::<T>(body) {
        let said = said.as_ref().expect("what is accepted is JSON");
        let form = written(&read);
        let again = value_of(&form).expect("what is written is JSON");
        assert!(holds(&again, said), "read otherwise than it stands there: {form}");
        let twice = parse::<T>(&form).unwrap_or_else(|_| panic!("refused when it comes back: {form}"));
        assert_eq!(written(&twice), form);
    }
    let Some(said) = said.filter(|_| !body.contains(MARK) && !body.contains(&NUMBER.to_string())) else {
        return;
    };
    for mark in [json!(MARK), json!(NUMBER), json!([MARK]), json!({ "a": MARK })] {
        let marked = marked(&said, &mark);
        if marked.len() > MARKED {
            return;
        }
        for body in marked.iter().map(Value::to_string) {
            if let Err(refusal) = parse::<T>(&body) {
                quotes_nothing(&refusal, &body);
            }
        }
    }
}

fn quotes_nothing(refusal: &Refusal, body: &str) {
    let told = written(&refusal.to_problem(0));
    assert!(
        !told.contains(MARK) && !told.contains(&NUMBER.to_string()),
        "{body} is refused with its own value: {told}"
    );
}
