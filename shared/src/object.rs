//! Nested objects, taken from objects only, and words from texts only. (A derived `Deserialize` takes a list for a struct
//! too, its values by place, and `{"login": null}` for the word `login`.)

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IntoDeserializer, MapAccess, Visitor};

/// For `#[serde(deserialize_with)]` of a nested struct.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Object(PhantomData))
}

/// The same for a field that may be absent or `null`.
pub(crate) fn optional_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_option(Optional(PhantomData))
}

/// For `#[serde(deserialize_with)]` of an enum whose variants are words.
pub(crate) fn word<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(String::deserialize(deserializer)?.into_deserializer())
}

/// The same where it may be left out, or be null.
pub(crate) fn optional_word<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::<Word<T>>::deserialize(deserializer)?.map(|word| word.0))
}

/// The same for a list of them.
pub(crate) fn words<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let words = Vec::<Word<T>>::deserialize(deserializer)?;
    Ok(words.into_iter().map(|word| word.0).collect())
}

/// One of a list: so its place there is in the path of an error.
struct Word<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word(deserializer).map(Self)
    }
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

struct Optional<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Optional<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        object(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use crate::operator::Policy;
    use crate::portal::OpenTransactionRequest;

    #[test]
    fn a_word_is_a_text_and_nothing_else() {
        let open = |purpose: &str| {
            let body = format!(
                r#"{{"subject":"an","origin":"https://a.example","nonce":"AAAAAAAAAAAAAAAAAAAAAA","purpose":{purpose}}}"#
            );
            serde_json::from_str::<OpenTransactionRequest>(&body)
        };
        assert!(open(r#""manage""#).is_ok());
        for bad in [r#"{"manage":null}"#, r#"["manage"]"#, "null", "1", r#""admin""#] {
            assert!(open(bad).is_err(), "{bad}");
        }
        assert!(open(r#""login","minimum_acr":"urn:pbx-2fa:totp""#).is_ok());
        assert!(open(r#""login","minimum_acr":{"urn:pbx-2fa:totp":null}"#).is_err());
        let policy = |members: &str| serde_json::from_str::<Policy>(members);
        assert!(policy(r#"{"kinds":["app"],"signature":"EdDSA","profile_mobile":"confirm_first"}"#).is_ok());
        for bad in [
            r#"{"kinds":[{"app":null}]}"#,
            r#"{"signature":{"EdDSA":null}}"#,
            r#"{"profile_mobile":{"confirm_first":null}}"#,
            r#"{"minimum_acr":{"urn:pbx-2fa:totp":null}}"#,
            r#"{"first_enrollment":{"by_invitation":null}}"#,
            r#"{"totp_window":{"strict":null}}"#,
        ] {
            assert!(policy(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        let open = |profile: &str| {
            let body = format!(
                r#"{{"subject":"an","origin":"https://a.example","nonce":"AAAAAAAAAAAAAAAAAAAAAA","profile":{profile}}}"#
            );
            serde_json::from_str::<OpenTransactionRequest>(&body)
        };
        for good in ["null", "{}", r#"{"app":{"registered":true}}"#, r#"{"app":null}"#] {
            assert!(open(good).is_ok(), "{good}");
        }
        for bad in [
            "[]",
            r#"["An","+32470123456",null,null]"#,
            r#"{"app":[true]}"#,
            r#"{"app":[true,null]}"#,
            "1",
        ] {
            assert!(open(bad).is_err(), "{bad}");
        }
    }
}
