//! A second reading of JSON, by a parser that knows no types.

use serde::Serialize;
use serde_json::Value;

/// Whether `read` says all that `said` says, and nothing else in its place. What was left out, or `null`, may have got a
/// default.
pub(crate) fn holds(read: &Value, said: &Value) -> bool {
    match (read, said) {
        (Value::Object(read), Value::Object(said)) => said.iter().all(|(name, value)| match read.get(name) {
            Some(read) => holds(read, value) || value.is_null(),
            None => value.is_null(),
        }),
        (Value::Array(read), Value::Array(said)) => {
            read.len() == said.len() && read.iter().zip(said).all(|(read, said)| holds(read, said))
        }
        _ => read == said,
    }
}

pub(crate) fn value_of(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

pub(crate) fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what was read can be written")
}

/// The same body again and again, each time with another of its values (not its names) in place of which `mark` stands.
pub(crate) fn marked(said: &Value, mark: &Value) -> Vec<Value> {
    match said {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| {
                marked(value, mark).into_iter().map(|value| {
                    let mut members = members.clone();
                    members.insert(name.clone(), value);
                    Value::Object(members)
                })
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(at, value)| {
                marked(value, mark).into_iter().map(move |value| {
                    let mut items = items.clone();
                    items[at] = value;
                    Value::Array(items)
                })
            })
            .collect(),
        _ => vec![mark.clone()],
    }
}
