//! JSON text into a tree, no more than this service's answers need: whole numbers, no floating point, and no messages
//! about what is wrong. A general reader brings those, and weighs as much as several screens.

/// How deep objects and arrays may be in one another.
const DEPTH: u32 = 32;

/// A JSON value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Json {
    Flag(bool),
    Number(u64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    /// `null`, and numbers that are not whole.
    Other,
}

impl Json {
    /// Reads one value that fills the whole text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let value = reader.value(DEPTH)?;
        reader.peek().is_none().then_some(value)
    }

    /// A member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        if let Some(Self::Number(number)) = self.get(name) {
            Some(*number)
        } else {
            None
        }
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Self::Flag(true)))
    }

    /// The items of a list; none where there is no list.
    pub(super) fn list(&self, name: &str) -> &[Self] {
        if let Some(Self::List(items)) = self.get(name) {
            items
        } else {
            &[]
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.bytes().next()
    }

    /// Takes that byte, if it is the next.
    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        there
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        let deeper = depth.checked_sub(1)?;
        match self.peek()? {
            b'"' => self.string().map(Json::Text),
            b'{' => {
                let mut members = Vec::new();
                while self.another(members.is_empty(), b'{', b'}')? {
                    let name = self.string()?;
                    self.take(b':').then_some(())?;
                    members.push((name, self.value(deeper)?));
                }
                Some(Json::Object(members))
            }
            b'[' => {
                let mut items = Vec::new();
                while self.another(items.is_empty(), b'[', b']')? {
                    items.push(self.value(deeper)?);
                }
                Some(Json::List(items))
            }
            _ => self.word(),
        }
    }

    /// Whether another item follows, behind the opening bracket or a comma.
    fn another(&mut self, first: bool, open: u8, close: u8) -> Option<bool> {
        let began = first && self.take(open);
        if self.take(close) {
            return Some(false);
        }
        (began || self.take(b',')).then_some(true)
    }

    fn word(&mut self) -> Option<Json> {
        let end = self
            .rest
            .bytes()
            .position(|b| b",]} \t\r\n".contains(&b))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        match word.as_bytes() {
            b"true" => Some(Json::Flag(true)),
            b"false" => Some(Json::Flag(false)),
            b"null" => Some(Json::Other),
            [b'0'..=b'9' | b'-', ..] => Some(word.parse().map_or(Json::Other, Json::Number)),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"').then_some(())?;
        let mut text = String::new();
        loop {
            let mut letters = self.rest.chars();
            let letter = letters.next()?;
            self.rest = letters.as_str();
            text.push(match letter {
                '"' => return Some(text),
                '\\' => self.escaped()?,
                plain => plain,
            });
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let mut letters = self.rest.chars();
        let letter = letters.next()?;
        self.rest = letters.as_str();
        Some(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            _ => return None,
        })
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) {
            self.rest = self.rest.strip_prefix("\\u")?;
            units.push(self.unit()?);
        }
        char::decode_utf16(units).next()?.ok()
    }

    fn unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        u16::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let text = " { \"list\" : [1, -2.5e3, {\"a\":\"}\\\"\"}, null, true,[],{}], \"name\":\"Zo\\u00eb \\ud83d\\ude00 \\n/\"} ";
        let json = Json::parse(text).unwrap();
        assert_eq!(json.text("name"), Some("Zoë 😀 \n/"));
        let list = json.list("list");
        assert_eq!(list[0], Json::Number(1));
        assert_eq!(list[2].text("a"), Some("}\""));
        assert_eq!(
            (&list[1], &list[3], &list[4]),
            (&Json::Other, &Json::Other, &Json::Flag(true))
        );
        assert_eq!(
            (&list[5], &list[6]),
            (&Json::List(Vec::new()), &Json::Object(Vec::new()))
        );
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let good = r#"{"a":"b","c":[1,2],"d":{"e":true}}"#;
        assert!(Json::parse(good).is_some());
        for end in 0..good.len() {
            assert!(Json::parse(&good[..end]).is_none(), "{}", &good[..end]);
        }
        for bad in [
            r#"{"a":1}x"#,
            r#"{"a" 1}"#,
            r#"["\ud83d"]"#,
            r#"["\x"]"#,
            "[1 2]",
            "{1:2}",
            "<html>",
            "",
        ] {
            assert!(Json::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn depth_has_a_bound() {
        assert!(Json::parse(&"[".repeat(100_000)).is_none());
    }
}
