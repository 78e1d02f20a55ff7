//! Sentences in the person's language. Which sentence, and with which values, is data ([`Message`]), so that the
//! model can speak without knowing a language.

use std::rc::Rc;

use pbx_2fa_shared::{Kind, UnixSeconds};

include!(concat!(env!("OUT_DIR"), "/text.rs"));

/// A sentence to be said or shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub text: Text,
    pub values: Vec<(&'static str, Value)>,
}

/// What goes in the place of a `{placeholder}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Count(u64),
    /// A time of day, in the person's own zone.
    Time(UnixSeconds),
    /// A calendar day, in the person's own zone.
    Date(UnixSeconds),
    /// With its year, for what is kept.
    #[cfg(feature = "manage")]
    FullDate(UnixSeconds),
    /// Minutes and seconds.
    Countdown(u64),
    /// A kind of method by its name; the app is called as the tenant calls it.
    Method(Kind, String),
    /// How a sentence goes on where another method can be used.
    OrAnother,
}

impl Message {
    #[must_use]
    pub fn new(text: Text) -> Self {
        Self {
            text,
            values: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, placeholder: &'static str, value: Value) -> Self {
        self.values.push((placeholder, value));
        self
    }

    /// Going on with another method, where one can be used.
    #[must_use]
    pub fn or_another(self, can: bool) -> Self {
        if can {
            self.with("or", Value::OrAnother)
        } else {
            self
        }
    }
}

impl From<Text> for Message {
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

/// One language.
#[derive(Clone)]
pub struct Words {
    sentences: Rc<Vec<String>>,
    /// A BCP 47 tag, for numbers, times and dates.
    locale: String,
    write: Writer,
}

/// How a figure is written in a locale, a time in the person's own zone.
pub type Writer = fn(&str, Figure) -> String;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Count(u64),
    TimeOfDay(UnixSeconds),
    Day(UnixSeconds),
    #[cfg(feature = "manage")]
    FullDate(UnixSeconds),
}

impl Words {
    /// The sentences in the order of [`Text`], one on each line, in UTF-8; `None` where their number is another, as of another
    /// version.
    #[must_use]
    pub fn new(sentences: &[u8], locale: String, write: Writer) -> Option<Self> {
        let sentences = str::from_utf8(sentences).ok()?;
        let sentences: Vec<String> = sentences.split('\n').map(str::to_owned).collect();
        (sentences.len() == Text::COUNT).then_some(Self {
            sentences: Rc::new(sentences),
            locale,
            write,
        })
    }

    /// A sentence without placeholders.
    #[must_use]
    pub fn say(&self, text: Text) -> &str {
        self.sentences.get(text as usize).map_or("", String::as_str)
    }

    /// A sentence with its values in their places.
    #[must_use]
    pub fn tell(&self, message: &Message) -> String {
        let mut told = String::new();
        let mut rest = self.say(message.text);
        while let Some((before, after)) = rest.split_once('{') {
            told.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            if let Some((_, value)) = message
                .values
                .iter()
                .find(|(placeholder, _)| *placeholder == name)
            {
                told.push_str(&self.value(value));
            }
            rest = after;
        }
        told.push_str(rest);
        told
    }

    /// What a kind of method is called.
    #[must_use]
    pub fn method(&self, kind: Kind, app_name: &str) -> String {
        match kind {
            Kind::App => {
                self.tell(&Message::new(Text::KindApp).with("app", Value::Text(app_name.to_owned())))
            }
            Kind::Totp => self.say(Text::KindTotp).to_owned(),
            Kind::Mobile => self.say(Text::KindMobile).to_owned(),
            Kind::Landline => self.say(Text::KindLandline).to_owned(),
            Kind::Recovery => self.say(Text::KindRecovery).to_owned(),
            Kind::Bypass => self.say(Text::KindBypass).to_owned(),
        }
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Count(count) => (self.write)(&self.locale, Figure::Count(*count)),
            Value::Time(at) => (self.write)(&self.locale, Figure::TimeOfDay(*at)),
            Value::Date(at) => (self.write)(&self.locale, Figure::Day(*at)),
            #[cfg(feature = "manage")]
            Value::FullDate(at) => (self.write)(&self.locale, Figure::FullDate(*at)),
            Value::Countdown(seconds) => countdown(*seconds),
            Value::Method(kind, app_name) => self.method(*kind, app_name),
            Value::OrAnother => [" ", self.say(Text::OrAnother)].concat(),
        }
    }
}

/// `83` is `1:23`.
fn countdown(seconds: u64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let zero = if seconds < 10 { "0" } else { "" };
    [&minutes.to_string(), ":", zero, &seconds.to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(sentence: &str) -> Words {
        let sentences = vec![sentence; Text::COUNT].join("\n");
        Words::new(sentences.as_bytes(), "nl-BE".into(), |locale, at| {
            format!("{locale} {at:?}")
        })
        .unwrap()
    }

    #[test]
    fn values_stand_in_their_places() {
        let message = Message::new(Text::LockedLead)
            .with("time", Value::Time(7))
            .with("count", Value::Count(3));
        assert_eq!(
            words("{count} at {time}, {count}").tell(&message),
            "nl-BE Count(3) at nl-BE TimeOfDay(7), nl-BE Count(3)"
        );
        assert_eq!(words("nothing here").tell(&message), "nothing here");
        assert_eq!(words("a {value} without").tell(&message), "a  without");
    }

    #[test]
    fn a_countdown_reads_as_minutes_and_seconds() {
        assert_eq!(
            [0, 9, 24, 60, 83, 600].map(countdown),
            ["0:00", "0:09", "0:24", "1:00", "1:23", "10:00"]
        );
    }

    #[test]
    fn a_catalogue_of_another_version_is_refused() {
        assert!(Words::new(b"one\ntwo", "nl".into(), |_, _| String::new()).is_none());
    }
}
