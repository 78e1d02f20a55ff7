//! A theme as the style sheet that goes over the product's own.

use pbx_2fa_shared::theme::{FontFamilies, Theme};

use super::palette::{Colours, Scheme};
use super::{Picture, TINT};

/// What a style sheet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium<'a> {
    /// The widget's shadow root. A property that the page around sets goes before the tenant's; a picture is at this service,
    /// whose address this is.
    Element(&'a str),
    /// A page without script, of this service.
    Page,
}

/// Families that are no names (CSS Fonts 4, "generic font families"): in quotes they would be fonts of that name.
const GENERIC: [&str; 10] = [
    "serif",
    "sans-serif",
    "monospace",
    "cursive",
    "fantasy",
    "system-ui",
    "ui-serif",
    "ui-sans-serif",
    "ui-monospace",
    "ui-rounded",
];

/// How high a logo is, against the name's text.
const LOGO_HEIGHT: f64 = 2.0;

pub(super) fn sheet(
    theme: &Theme,
    medium: Medium<'_>,
    picture: impl Fn(Scheme) -> Option<Picture>,
) -> String {
    let light = rules(theme, Scheme::Light, medium, picture(Scheme::Light));
    let dark = rules(theme, Scheme::Dark, medium, picture(Scheme::Dark));
    let shape = shape(theme, medium);
    match medium {
        Medium::Element(_) => format!(
            ":host{{{light}{shape}}}@media (prefers-color-scheme:dark){{:host(:not([theme=\"light\"])){{{dark}}}}}:host([theme=\"dark\"]){{{dark}}}"
        ),
        Medium::Page => {
            format!(":root{{{light}{shape}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}")
        }
    }
}

/// The properties of one scheme.
fn rules(theme: &Theme, scheme: Scheme, medium: Medium<'_>, picture: Option<Picture>) -> String {
    let palette = match scheme {
        Scheme::Light => &theme.light,
        Scheme::Dark => &theme.dark,
    };
    let colours = Colours::of(scheme, palette, &theme.light);
    let tint = match medium {
        Medium::Element(_) => String::new(),
        // Browsers without script may be old, and know no `color-mix`.
        Medium::Page => property(
            "tint",
            &colours.accent.mix(TINT, colours.surface).to_string(),
            medium,
        ),
    };
    let colours = colours
        .named()
        .map(|(name, colour)| property(name, &colour.to_string(), medium));
    let logo = picture.map(|picture| {
        let base = match medium {
            Medium::Element(base) => base,
            Medium::Page => "",
        };
        let width = LOGO_HEIGHT * f64::from(picture.width) / f64::from(picture.height);
        format!(
            "--_logo:url(\"{base}{}\");--_logo-width:{width:.3}em;--_logo-height:{LOGO_HEIGHT}em;--_logo-gap:0.5em;",
            picture.path
        )
    });
    colours.concat() + &tint + &logo.unwrap_or_default()
}

/// What is the same in both schemes.
fn shape(theme: &Theme, medium: Medium<'_>) -> String {
    let radius = theme
        .radius
        .map(|radius| property("radius", &format!("{radius}px"), medium));
    let font = theme
        .font
        .as_ref()
        .map(|font| property("font", &families(font), medium));
    [radius, font].into_iter().flatten().collect()
}

fn property(name: &str, value: &str, medium: Medium<'_>) -> String {
    match medium {
        Medium::Element(_) => format!("--_{name}:var(--pbx-2fa-{name},{value});"),
        Medium::Page => format!("--_{name}:{value};"),
    }
}

/// The families, and last the system's: where none is installed, a browser would take a font of its own choice.
fn families(font: &FontFamilies) -> String {
    let written = font.names().map(|name| {
        let generic = GENERIC.iter().find(|generic| name.eq_ignore_ascii_case(generic));
        generic.map_or_else(|| format!("\"{name}\","), |generic| format!("{generic},"))
    });
    written.collect::<String>() + "system-ui,sans-serif"
}

#[cfg(test)]
mod tests {
    use pbx_2fa_shared::theme::{Colour, Palette};

    use super::*;

    const HERE: Medium<'static> = Medium::Element("https://2fa.example.com");

    fn purple() -> Theme {
        Theme {
            light: Palette {
                accent: Some(Colour::parse("#7A1FA2").unwrap()),
                ..Palette::default()
            },
            radius: Some(4),
            font: Some(FontFamilies::parse("Inter, Segoe UI, Sans-Serif").unwrap()),
            ..Theme::default()
        }
    }

    fn picture(_: Scheme) -> Option<Picture> {
        Some(Picture {
            path: "/v1/logos/demo/00.png".to_owned(),
            width: 90,
            height: 40,
        })
    }

    #[test]
    fn the_page_around_goes_before_the_tenant() {
        let css = sheet(&purple(), HERE, |_| None);
        assert!(css.starts_with(
            ":host{--_accent:var(--pbx-2fa-accent,#7a1fa2);--_on-accent:var(--pbx-2fa-on-accent,#ffffff);"
        ));
        assert!(css.contains("--_radius:var(--pbx-2fa-radius,4px);--_font:var(--pbx-2fa-font,\"Inter\",\"Segoe UI\",sans-serif,system-ui,sans-serif);}"));
        // In the dark by the browser's wish, and by the page's.
        for selector in [":host(:not([theme=\"light\"])){", ":host([theme=\"dark\"]){"] {
            let (_, dark) = css.split_once(selector).unwrap();
            let dark = dark.split('}').next().unwrap();
            assert!(
                dark.contains("--_surface:var(--pbx-2fa-surface,#171a20)"),
                "{dark}"
            );
            assert!(!dark.contains("#7a1fa2"), "too dark to be read there");
        }
        assert!(!css.contains("logo"));
    }

    #[test]
    fn a_page_of_this_service_has_nothing_around_it() {
        let css = sheet(&purple(), Medium::Page, picture);
        assert!(css.starts_with(":root{--_accent:#7a1fa2;"));
        assert!(css.contains("--_logo:url(\"/v1/logos/demo/00.png\");--_logo-width:4.500em;--_logo-height:2em;--_logo-gap:0.5em;"));
        assert!(!css.contains("--pbx-2fa-"));
    }

    #[test]
    fn a_picture_is_fetched_from_this_service() {
        let css = sheet(&purple(), HERE, picture);
        assert_eq!(
            css.matches("url(\"https://2fa.example.com/v1/logos/demo/00.png\")")
                .count(),
            3
        );
    }
}
