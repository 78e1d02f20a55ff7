//! How a tenant's screens look.

use serde::{Deserialize, Serialize};

use crate::text::public_text;

/// A tenant's look. What is left out is the product's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    #[serde(deserialize_with = "crate::object::object")]
    pub light: Palette,
    #[serde(deserialize_with = "crate::object::object")]
    pub dark: Palette,
    /// Of the card, in CSS pixels, at most 24; what stands in it is never rounder than the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub font: Option<FontFamilies>,
    #[serde(
        deserialize_with = "crate::object::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub logo: Option<Logo>,
}

/// The colours of one scheme.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Palette {
    /// Buttons, links, the frame of what has the focus. Left out in the dark scheme, it is the light scheme's, lightened until
    /// it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// Text on the accent. Left out where there is an accent: white or black, whichever can be read better.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_accent: Option<Colour>,
    /// The card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surface: Option<Colour>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Colour>,
    /// Help text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<Colour>,
    /// Lines that only divide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<Colour>,
    /// The edges of fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge: Option<Colour>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Colour>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<Colour>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<Colour>,
}

/// A mark beside the portal's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logo {
    pub light: LogoImage,
    /// On the dark card; left out, the light one is shown there too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dark: Option<LogoImage>,
}

public_text!(
    /// An opaque sRGB colour: `#` and six hexadecimal digits.
    Colour,
    "expected # and six hexadecimal digits, such as #1f4fd8",
    |t| t
        .strip_prefix('#')
        .is_some_and(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))
);

public_text!(
    /// Names of font families in the order of preference, as CSS lists them, without quotes: one to six, each of words that
    /// begin with a letter and have letters, digits and hyphens; at most 128 characters in all.
    FontFamilies,
    "expected one to six names of font families, without quotes, such as Inter, system-ui, sans-serif",
    |t| t.len() <= 128 && t.split(',').count() <= 6 && t.split(',').all(is_family)
);

public_text!(
    /// A PNG image in base64 (RFC 4648 §4), of at most 4,096 bytes before the coding.
    LogoImage,
    "expected base64 of at most 4096 bytes",
    |t| t.len() <= 5_464
        && t.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
);

impl FontFamilies {
    /// Each name, in its order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split(',').map(str::trim)
    }
}

fn is_family(name: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    name.trim().split(' ').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_written_in_one_way() {
        for right in ["#1f4fd8", "#ABCDEF", "#000000"] {
            assert!(Colour::parse(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "#fff",
            "1f4fd8",
            "#1f4fd8ff",
            "#1f4fg8",
            "#1f4fd8;",
            "red",
            "#12345\u{e9}",
        ] {
            assert!(Colour::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn families_are_names_and_nothing_else() {
        let families = FontFamilies::parse("Inter, Segoe UI,system-ui, sans-serif").unwrap();
        let names: Vec<_> = families.names().collect();
        assert_eq!(names, ["Inter", "Segoe UI", "system-ui", "sans-serif"]);
        for wrong in [
            "",
            ",",
            "Inter,",
            "\"Inter\"",
            "3270",
            "Inter;}*{display:none",
            "url(x)",
            "a,b,c,d,e,f,g",
            "Two  spaces",
            "In\\ter",
        ] {
            assert!(FontFamilies::parse(wrong).is_err(), "{wrong}");
        }
        assert!(FontFamilies::parse("a".repeat(128)).is_ok());
        assert!(FontFamilies::parse("a".repeat(129)).is_err());
    }
}
