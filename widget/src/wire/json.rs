//! JSON into the wire types: exactly what they need of it, and nothing that they do not.
//!
//! Strings, whole numbers, booleans, arrays and objects, without floating point and without messages in its errors:
//! a general reader brings both, and weighs as much as several screens.

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, Visitor};
use serde::de::{MapAccess, SeqAccess, Unexpected, VariantAccess};

/// How deep objects and arrays may be in one another.
const DEPTH: u32 = 32;

/// Why a text was not read: it is not what was expected. No more is needed, because no more would be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

type Read<T> = Result<T, Unreadable>;

/// Reads one value that fills the whole text.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Read<T> {
    let mut reader = Reader { rest: text, depth: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.peek().is_none() {
        Ok(value)
    } else {
        Err(Unreadable)
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.bytes().next()
    }

    fn take(&mut self, word: &str) -> bool {
        self.peek();
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, word: &str) -> Read<()> {
        if self.take(word) { Ok(()) } else { Err(Unreadable) }
    }

    /// Another item of an array or object, behind its comma; the closing bracket is taken too.
    fn another(&mut self, first: &mut bool, close: &str) -> Read<bool> {
        if self.take(close) {
            self.depth = self.depth.saturating_sub(1);
            return Ok(false);
        }
        if !std::mem::replace(first, false) {
            self.expect(",")?;
        }
        Ok(true)
    }

    fn open(&mut self, bracket: &str) -> Read<()> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            Err(Unreadable)
        } else {
            self.expect(bracket)
        }
    }

    fn string(&mut self) -> Read<String> {
        self.expect("\"")?;
        let mut text = String::new();
        loop {
            let plain = self.rest.find(['"', '\\']).ok_or(Unreadable)?;
            let (before, after) = self.rest.split_at_checked(plain).ok_or(Unreadable)?;
            text.push_str(before);
            if let Some(rest) = after.strip_prefix('"') {
                self.rest = rest;
                return Ok(text);
            }
            self.rest = after.get(1..).ok_or(Unreadable)?;
            text.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Read<char> {
        let mut letters = self.rest.chars();
        let letter = letters.next().ok_or(Unreadable)?;
        self.rest = letters.as_str();
        Ok(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            _ => return Err(Unreadable),
        })
    }

    fn unicode(&mut self) -> Read<char> {
        let first = self.unit()?;
        let second = if (0xd800..0xdc00).contains(&first) {
            self.rest = self.rest.strip_prefix("\\u").ok_or(Unreadable)?;
            Some(self.unit()?)
        } else {
            None
        };
        let units = std::iter::once(first).chain(second);
        char::decode_utf16(units)
            .next()
            .and_then(Result::ok)
            .ok_or(Unreadable)
    }

    fn unit(&mut self) -> Read<u16> {
        let (digits, rest) = self.rest.split_at_checked(4).ok_or(Unreadable)?;
        self.rest = rest;
        u16::from_str_radix(digits, 16).map_err(|_| Unreadable)
    }

    fn number(&mut self) -> Read<u64> {
        self.peek();
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(end).ok_or(Unreadable)?;
        self.rest = rest;
        digits.parse().map_err(|_| Unreadable)
    }

    /// A value that nobody asked for.
    fn skip(&mut self) -> Read<()> {
        match self.peek() {
            Some(b'"') => self.string().map(|_| ()),
            Some(b'{') => {
                self.open("{")?;
                let mut first = true;
                while self.another(&mut first, "}")? {
                    self.string()?;
                    self.expect(":")?;
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'[') => {
                self.open("[")?;
                let mut first = true;
                while self.another(&mut first, "]")? {
                    self.skip()?;
                }
                Ok(())
            }
            _ => {
                let end = self.rest.find([',', '}', ']']).unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at_checked(end).ok_or(Unreadable)?;
                self.rest = rest;
                if word.trim_ascii().is_empty() {
                    Err(Unreadable)
                } else {
                    Ok(())
                }
            }
        }
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(Unreadable)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.take("true") {
            visitor.visit_bool(true)
        } else {
            self.expect("false")?;
            visitor.visit_bool(false)
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.take("null") {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.open("[")?;
        visitor.visit_seq(Items {
            reader: self,
            first: true,
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.open("{")?;
        visitor.visit_map(Items {
            reader: self,
            first: true,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_enum(Name(self.string()?))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct
    }
}

/// The items of an array, or the members of an object.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.reader.another(&mut self.first, "]")? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.reader.another(&mut self.first, "}")? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        self.reader.expect(":")?;
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant without content, by its name.
struct Name(String);

impl<'de> EnumAccess<'de> for Name {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let name: StringDeserializer<Unreadable> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, Self(String::new())))
    }
}

impl<'de> VariantAccess<'de> for Name {
    type Error = Unreadable;

    fn unit_variant(self) -> Read<()> {
        Ok(())
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Read<T::Value> {
        Err(Unreadable)
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Read<V::Value> {
        Err(Unreadable)
    }
    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Read<V::Value> {
        Err(Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Thing {
        name: String,
        count: u32,
        #[serde(default)]
        note: Option<String>,
        flags: Vec<Flag>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Flag {
        Red,
        Blue,
    }

    #[test]
    fn a_thing_is_read_and_what_it_lacks_is_skipped() {
        let text = " { \"extra\" : [1, -2.5e3, {\"a\":\"}\\\"\"}, null, true], \"name\":\"Zo\\u00eb \\ud83d\\ude00 \\\"\\n/\",\
                    \"flags\":[\"red\" , \"blue\"],\"count\":7,\"note\":null } ";
        let thing = Thing {
            name: "Zoë 😀 \"\n/".into(),
            count: 7,
            note: None,
            flags: vec![Flag::Red, Flag::Blue],
        };
        assert_eq!(read::<Thing>(text).unwrap(), thing);
    }

    #[test]
    fn what_is_not_json_or_not_the_thing_is_refused() {
        let good = r#"{"name":"a","count":1,"flags":[]}"#;
        assert!(read::<Thing>(good).is_ok());
        for end in 0..good.len() {
            assert!(read::<Thing>(&good[..end]).is_err(), "{}", &good[..end]);
        }
        for bad in [
            r#"{"name":"a","count":1,"flags":[]}x"#,
            r#"{"name":"a","count":-1,"flags":[]}"#,
            r#"{"name":"a","count":1.5,"flags":[]}"#,
            r#"{"name":"a","count":4294967296,"flags":[]}"#,
            r#"{"name":"a","count":1,"flags":["green"]}"#,
            r#"{"name":"a" "count":1,"flags":[]}"#,
            r#"{"name":"\ud83d","count":1,"flags":[]}"#,
            r#"{"name":"\x","count":1,"flags":[]}"#,
            r#"{"name":"a","name":"b","count":1,"flags":[]}"#,
            "[]",
            "",
        ] {
            assert!(read::<Thing>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn depth_has_a_bound() {
        let deep = format!("{{\"extra\":{}", "[".repeat(100_000));
        assert!(read::<Thing>(&deep).is_err());
    }
}
