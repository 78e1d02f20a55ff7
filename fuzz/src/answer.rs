//! The worker's answers, as the widget reads them: by a reader of its own, which a general one checks here.

use std::collections::BTreeSet;

use pbx_2fa_shared::Problem;
use pbx_2fa_shared::session::{ExchangeResponse, View};
use serde_json::Value;

use crate::json::{value_of, written};
use crate::text;

/// The widget's own modules, from their files: its crate brings a browser along.
#[path = "../../widget/src/wire/json.rs"]
mod json;
#[path = "../../widget/src/wire/read.rs"]
mod read;

use json::Json;

/// As deep as the widget reads.
const DEPTH: usize = 31;

pub fn answer(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let read = Json::parse(text);
    let Some(said) = value_of(text).filter(|said| depth(said) < DEPTH) else {
        return;
    };
    let read = read.unwrap_or_else(|| panic!("JSON that the widget does not read: {text}"));
    // Where a name stands twice, one reader takes the first and the other the last. The worker writes none twice.
    if !names_once(&read) {
        return;
    }
    assert!(same(&read, &said), "{read:?} is not {said}");
    whole::<View>(text, &said, read::view(&read));
    whole::<Problem>(
        text,
        &said,
        read::problem(&read).map(|problem| Problem {
            // Not shown, so not read.
            detail: said.get("detail").and_then(Value::as_str).map(str::to_owned),
            ..problem
        }),
    );
    whole::<ExchangeResponse>(text, &said, read::opened(&read));
}

/// What the worker would have written in these words, the widget reads in these words.
fn whole<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str, said: &Value, read: Option<T>) {
    let Ok(meant) = serde_json::from_str::<T>(text) else {
        return;
    };
    let form = written(&meant);
    let again = value_of(&form).expect("JSON");
    if again == *said {
        let read = read.unwrap_or_else(|| panic!("not read by the widget: {form}"));
        assert_eq!(written(&read), form);
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 1,
    }
}

fn names_once(json: &Json) -> bool {
    match json {
        Json::List(items) => items.iter().all(names_once),
        Json::Object(members) => {
            let names: BTreeSet<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            names.len() == members.len() && members.iter().all(|(_, value)| names_once(value))
        }
        _ => true,
    }
}

fn same(read: &Json, said: &Value) -> bool {
    match (read, said) {
        (Json::Flag(read), Value::Bool(said)) => read == said,
        (Json::Number(read), Value::Number(said)) => said.as_u64() == Some(*read),
        (Json::Text(read), Value::String(said)) => read == said,
        (Json::List(read), Value::Array(said)) => {
            read.len() == said.len() && read.iter().zip(said).all(|(read, said)| same(read, said))
        }
        (Json::Object(read), Value::Object(said)) => {
            read.len() == said.len()
                && read
                    .iter()
                    .all(|(name, read)| said.get(name).is_some_and(|said| same(read, said)))
        }
        (Json::Other, Value::Null) => true,
        (Json::Other, Value::Number(said)) => !said.is_u64(),
        _ => false,
    }
}
