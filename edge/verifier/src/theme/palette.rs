//! The colours of one scheme, none missing, and what must be readable on what.

use pbx_2fa_shared::theme::{Colour, Palette};

use super::TINT;
use super::colour::Rgb;

/// Contrast of text (WCAG 2.2, 1.4.3).
const TEXT: f64 = 4.5;
/// Contrast of what a control is recognised by (WCAG 2.2, 1.4.11).
const CONTROL: f64 = 3.0;
/// How much of the accent is in the ground of a step's number.
const NUMBER_TINT: f64 = 0.14;

const WHITE: Rgb = Rgb::new(255, 255, 255);
const BLACK: Rgb = Rgb::new(0, 0, 0);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colours {
    pub(super) accent: Rgb,
    pub(super) on_accent: Rgb,
    pub(super) surface: Rgb,
    pub(super) text: Rgb,
    pub(super) muted: Rgb,
    pub(super) line: Rgb,
    pub(super) edge: Rgb,
    pub(super) error: Rgb,
    pub(super) success: Rgb,
    pub(super) warning: Rgb,
}

/// As in the style sheets of the widget and of the pages without script.
const LIGHT: Colours = Colours {
    accent: Rgb::new(0x1f, 0x4f, 0xd8),
    on_accent: WHITE,
    surface: WHITE,
    text: Rgb::new(0x15, 0x18, 0x1e),
    muted: Rgb::new(0x59, 0x61, 0x72),
    line: Rgb::new(0xe2, 0xe5, 0xeb),
    edge: Rgb::new(0x85, 0x8d, 0x9b),
    error: Rgb::new(0xb3, 0x26, 0x1e),
    success: Rgb::new(0x0b, 0x6e, 0x4f),
    warning: Rgb::new(0x7a, 0x4a, 0x00),
};

const DARK: Colours = Colours {
    accent: Rgb::new(0x86, 0xaa, 0xff),
    on_accent: Rgb::new(0x0b, 0x14, 0x30),
    surface: Rgb::new(0x17, 0x1a, 0x20),
    text: Rgb::new(0xee, 0xf0, 0xf4),
    muted: Rgb::new(0xa7, 0xaf, 0xbd),
    line: Rgb::new(0x2c, 0x31, 0x3b),
    edge: Rgb::new(0x71, 0x7a, 0x8b),
    error: Rgb::new(0xff, 0x9a, 0x90),
    success: Rgb::new(0x6a, 0xd6, 0xa8),
    warning: Rgb::new(0xf2, 0xc0, 0x63),
};

impl Scheme {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn colours(self) -> Colours {
        match self {
            Self::Light => LIGHT,
            Self::Dark => DARK,
        }
    }
}

impl Colours {
    /// The tenant's, and the product's for the others. A light accent holds in the dark too, as light as it needs to be there.
    pub(super) fn of(scheme: Scheme, own: &Palette, light: &Palette) -> Self {
        let ours = scheme.colours();
        let or = |own: &Option<Colour>, ours| own.as_ref().map_or(ours, Rgb::from);
        let surface = or(&own.surface, ours.surface);
        let accent = own.accent.as_ref().map(Rgb::from).or_else(|| {
            let light = light.accent.as_ref().map(Rgb::from)?;
            Some(lightened(light, surface))
        });
        let on_accent = own.on_accent.as_ref().map(Rgb::from);
        Self {
            accent: accent.unwrap_or(ours.accent),
            on_accent: on_accent
                .or_else(|| accent.map(readable_on))
                .unwrap_or(ours.on_accent),
            surface,
            text: or(&own.text, ours.text),
            muted: or(&own.muted, ours.muted),
            line: or(&own.line, ours.line),
            edge: or(&own.edge, ours.edge),
            error: or(&own.error, ours.error),
            success: or(&own.success, ours.success),
            warning: or(&own.warning, ours.warning),
        }
    }

    /// The first pair of colours that cannot be told apart well enough, in words.
    pub(super) fn fault(&self) -> Option<String> {
        self.pairs().into_iter().find_map(|(what, ink, ground, least)| {
            let contrast = ink.contrast(ground);
            // Two places, rounded down, so that nothing is called enough that is not.
            let shown = (contrast * 100.0).floor() / 100.0;
            (contrast < least).then(|| {
                format!("{what}: {ink} on {ground} has a contrast of {shown}:1, expected at least {least}:1")
            })
        })
    }

    /// Each with its name in the style sheets.
    pub(super) fn named(&self) -> [(&'static str, Rgb); 10] {
        [
            ("accent", self.accent),
            ("on-accent", self.on_accent),
            ("surface", self.surface),
            ("text", self.text),
            ("muted", self.muted),
            ("line", self.line),
            ("edge", self.edge),
            ("error", self.error),
            ("success", self.success),
            ("warning", self.warning),
        ]
    }

    /// What stands on what, in the style sheets: text and its ground, with the tints that things have under the mouse.
    fn pairs(&self) -> [(&'static str, Rgb, Rgb, f64); 17] {
        let Self { surface, accent, .. } = *self;
        let pressed = accent.mix(0.9, self.text);
        let chosen = accent.mix(TINT, surface);
        let cautioned = self.warning.mix(0.1, surface);
        [
            ("text on the card", self.text, surface, TEXT),
            ("muted text on the card", self.muted, surface, TEXT),
            ("the accent, as a link on the card", accent, surface, TEXT),
            (
                "the accent on its tint, as the number of a step",
                accent,
                accent.mix(NUMBER_TINT, surface),
                TEXT,
            ),
            ("text on the accent", self.on_accent, accent, TEXT),
            (
                "text on the accent under the mouse",
                self.on_accent,
                pressed,
                TEXT,
            ),
            ("text on a choice under the mouse", self.text, chosen, TEXT),
            ("muted text on a choice under the mouse", self.muted, chosen, TEXT),
            (
                "muted text on a key",
                self.muted,
                self.text.mix(0.03, surface),
                TEXT,
            ),
            (
                "text on a button under the mouse",
                self.text,
                self.text.mix(0.05, surface),
                TEXT,
            ),
            (
                "a digit that is selected",
                self.text,
                accent.mix(0.3, surface),
                TEXT,
            ),
            ("an error on the card", self.error, surface, TEXT),
            (
                "an error on a button under the mouse",
                self.error,
                self.text.mix(0.05, surface),
                TEXT,
            ),
            ("success on the card", self.success, surface, TEXT),
            ("a warning on the card", self.warning, surface, TEXT),
            ("a warning on its ground", self.warning, cautioned, TEXT),
            ("the edge of a field on the card", self.edge, surface, CONTROL),
        ]
    }
}

/// The accent, with as much white in it as it takes to be read on this ground and on its own tint there.
fn lightened(accent: Rgb, surface: Rgb) -> Rgb {
    let lighter = (0..=20_u8).map(|step| WHITE.mix(f64::from(step) / 20.0, accent));
    lighter
        .into_iter()
        .find(|colour| colour.contrast(colour.mix(NUMBER_TINT, surface)) >= TEXT)
        .unwrap_or(accent)
}

fn readable_on(accent: Rgb) -> Rgb {
    if WHITE.contrast(accent) >= BLACK.contrast(accent) {
        WHITE
    } else {
        BLACK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Option<Colour> {
        Some(Colour::parse(text).unwrap())
    }

    fn both(light: &Palette, dark: &Palette) -> [Colours; 2] {
        [
            Colours::of(Scheme::Light, light, light),
            Colours::of(Scheme::Dark, dark, light),
        ]
    }

    #[test]
    fn without_a_theme_the_colours_are_the_product_s_and_can_be_read() {
        let none = Palette::default();
        assert_eq!(both(&none, &none), [LIGHT, DARK]);
        assert_eq!([LIGHT, DARK].map(|colours| colours.fault()), [None, None]);
    }

    /// The style sheets have the same, or a theme of one colour would change others.
    #[test]
    fn the_product_s_colours_are_those_of_its_style_sheets() {
        let widget = include_str!("../../../../widget/element/style/theme.css");
        let plain = include_str!("../../../plain/src/style.css");
        for (colours, times) in [(LIGHT, 1), (DARK, 2)] {
            for (name, colour) in colours.named() {
                let colour = colour.to_string().replace("#ffffff", "#fff");
                let own = format!("--_{name}: var(--pbx-2fa-{name}, {colour});");
                assert_eq!(widget.matches(&own).count(), times, "{own}");
                let own = format!("--_{name}: {colour};");
                assert_eq!(plain.matches(&own).count(), 1, "{own}");
            }
        }
    }

    #[test]
    fn one_accent_does_for_both_schemes() {
        for accent in ["#7a1fa2", "#000000", "#006644", "#b30000", "#0000ff", "#6b5b00"] {
            let light = Palette {
                accent: colour(accent),
                ..Palette::default()
            };
            let colours = both(&light, &Palette::default());
            assert_eq!(colours.map(|colours| colours.fault()), [None, None], "{accent}");
            assert_eq!(colours[0].accent.to_string(), accent);
            assert_eq!(colours[0].on_accent, WHITE);
        }
    }

    #[test]
    fn an_accent_is_lightened_no_further_than_it_must_be() {
        let light = Palette {
            accent: colour("#7a1fa2"),
            ..Palette::default()
        };
        let [_, dark] = both(&light, &Palette::default());
        assert!(dark.accent.contrast(DARK.surface) < 6.4, "{}", dark.accent);
        // One that can be read as it is stays.
        assert_eq!(lightened(DARK.accent, DARK.surface), DARK.accent);
    }

    #[test]
    fn text_on_an_accent_is_what_can_be_read_unless_it_is_given() {
        let dark = Palette {
            accent: colour("#ffcc00"),
            ..Palette::default()
        };
        assert_eq!(
            Colours::of(Scheme::Dark, &dark, &Palette::default()).on_accent,
            BLACK
        );
        let given = Palette {
            on_accent: colour("#101010"),
            ..dark
        };
        let colours = Colours::of(Scheme::Dark, &given, &Palette::default());
        assert_eq!(colours.on_accent.to_string(), "#101010");
    }

    /// Each with a colour that only it has: what else stands on it stays readable, or is named before it.
    #[test]
    fn what_cannot_be_read_is_named_with_both_colours_and_the_ratio() {
        let said = |palette: Palette| Colours::of(Scheme::Light, &palette, &palette).fault().unwrap();
        assert_eq!(
            said(Palette {
                accent: colour("#86aaff"),
                ..Palette::default()
            }),
            "the accent, as a link on the card: #86aaff on #ffffff has a contrast of 2.28:1, expected at least 4.5:1"
        );
        type Change = fn(&mut Palette, Option<Colour>);
        let cases: [(&str, Change, &str); 7] = [
            (
                "#777777",
                |p, c| p.text = c,
                "text on the card: #777777 on #ffffff has a contrast of 4.47:1",
            ),
            ("#777777", |p, c| p.muted = c, "muted text on the card: "),
            (
                "#1f50d9",
                |p, c| p.on_accent = c,
                "text on the accent: #1f50d9 on #1f4fd8",
            ),
            ("#ff0000", |p, c| p.error = c, "an error on the card: "),
            ("#00ff00", |p, c| p.success = c, "success on the card: "),
            ("#ffcc00", |p, c| p.warning = c, "a warning on the card: "),
            (
                "#aaaaaa",
                |p, c| p.edge = c,
                "the edge of a field on the card: #aaaaaa on #ffffff has a contrast of 2.32:1, expected at least 3:1",
            ),
        ];
        for (text, change, expected) in cases {
            let mut palette = Palette::default();
            change(&mut palette, colour(text));
            let fault = said(palette);
            assert!(fault.starts_with(expected), "{fault}");
        }
    }

    #[test]
    fn tints_count_too() {
        let said = |palette: Palette| Colours::of(Scheme::Light, &palette, &palette).fault();
        let muted = Palette {
            muted: colour("#767676"),
            ..Palette::default()
        };
        assert!(
            said(muted)
                .unwrap()
                .starts_with("muted text on a choice under the mouse: ")
        );
        let accent = Palette {
            accent: colour("#767676"),
            ..Palette::default()
        };
        assert!(said(accent).unwrap().starts_with("the accent on its tint, "));
        let error = Palette {
            error: colour("#c9443a"),
            ..Palette::default()
        };
        assert!(
            said(error)
                .unwrap()
                .starts_with("an error on a button under the mouse: ")
        );
        let warning = Palette {
            warning: colour("#8f6a00"),
            ..Palette::default()
        };
        assert!(said(warning).unwrap().starts_with("a warning on its ground: "));
    }
}
