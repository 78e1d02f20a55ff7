//! A tenant's look: whether it can be read, and the style sheet that it becomes.

mod colour;
pub mod logo;
mod palette;
mod sheet;

use pbx_2fa_shared::ClientId;
use pbx_2fa_shared::theme::{Logo, Theme};

pub use logo::Png;
pub use sheet::Medium;

use palette::{Colours, Scheme};

const ROUNDEST: u8 = 24;

/// How much of the accent is in the ground of what is chosen, or under the mouse.
const TINT: f64 = 0.1;

/// A logo of a tenant, as a style sheet names it.
struct Picture {
    path: String,
    width: u32,
    height: u32,
}

/// What is wrong with a theme, in words that begin with the name of the setting.
pub(crate) fn fault(theme: &Theme) -> Option<String> {
    let colours = [(Scheme::Light, &theme.light), (Scheme::Dark, &theme.dark)];
    let unreadable = colours.into_iter().find_map(|(scheme, own)| {
        let fault = Colours::of(scheme, own, &theme.light).fault()?;
        Some(format!("theme.{}: {fault}", scheme.name()))
    });
    let too_round = || {
        let radius = theme.radius.filter(|radius| *radius > ROUNDEST);
        radius.map(|_| format!("theme.radius: expected 0 to {ROUNDEST} pixels"))
    };
    let no_logo = || {
        let logo = theme.logo.as_ref()?;
        let images = [("light", Some(&logo.light)), ("dark", logo.dark.as_ref())];
        let (name, _) = images
            .into_iter()
            .find(|(_, image)| image.is_some_and(|image| Png::read(image).is_none()))?;
        Some(format!(
            "theme.logo.{name}: expected a still PNG of 16 to 512 pixels a side, at most six times as wide as high, and at most 4096 bytes"
        ))
    };
    unreadable.or_else(too_round).or_else(no_logo)
}

/// The style sheet of a tenant's theme. It comes from a theme without fault: colours, lengths, names of fonts, addresses of
/// this service, and nothing that somebody has written.
pub(crate) fn sheet(theme: &Theme, client_id: &ClientId, medium: Medium<'_>) -> String {
    sheet::sheet(theme, medium, |scheme| {
        let png = png(theme.logo.as_ref()?, scheme)?;
        Some(Picture {
            path: format!(
                "{}/{}/{}",
                pbx_2fa_shared::routes::LOGOS,
                client_id.as_str(),
                png.name()
            ),
            width: png.width,
            height: png.height,
        })
    })
}

/// The logo of this name, if the theme has it.
pub(crate) fn logo(theme: &Theme, name: &str) -> Option<Png> {
    let logo = theme.logo.as_ref()?;
    let mut both = [Scheme::Light, Scheme::Dark]
        .into_iter()
        .filter_map(|scheme| png(logo, scheme));
    both.find(|png| png.name() == name)
}

fn png(logo: &Logo, scheme: Scheme) -> Option<Png> {
    let image = match scheme {
        Scheme::Light => &logo.light,
        Scheme::Dark => logo.dark.as_ref().unwrap_or(&logo.light),
    };
    Png::read(image)
}

#[cfg(test)]
mod tests {
    use pbx_2fa_shared::theme::{Colour, LogoImage, Palette};

    use super::logo::tests::image;
    use super::*;

    fn with_logo(light: LogoImage, dark: Option<LogoImage>) -> Theme {
        Theme {
            logo: Some(Logo { light, dark }),
            ..Theme::default()
        }
    }

    fn rounded(radius: u8) -> Theme {
        Theme {
            radius: Some(radius),
            ..Theme::default()
        }
    }

    #[test]
    fn a_theme_that_says_nothing_is_without_fault() {
        assert_eq!(fault(&Theme::default()), None);
        assert_eq!(fault(&with_logo(image(64, 64, 9), None)), None);
        assert_eq!(fault(&with_logo(image(64, 64, 9), Some(image(32, 32, 9)))), None);
    }

    #[test]
    fn a_fault_begins_with_the_setting() {
        let grey = Palette {
            text: Some(Colour::parse("#808080").unwrap()),
            ..Palette::default()
        };
        let no_png = LogoImage::parse("AAAA").unwrap();
        let light = Theme {
            light: grey.clone(),
            ..Theme::default()
        };
        let dark = Theme {
            dark: grey,
            ..Theme::default()
        };
        for (theme, expected) in [
            (light, "theme.light: text on the card: "),
            (dark, "theme.dark: text on the card: "),
            (rounded(25), "theme.radius: expected 0 to 24 pixels"),
            (
                with_logo(no_png.clone(), None),
                "theme.logo.light: expected a still PNG ",
            ),
            (
                with_logo(image(64, 64, 9), Some(no_png)),
                "theme.logo.dark: expected a still PNG ",
            ),
        ] {
            let said = fault(&theme).unwrap();
            assert!(said.starts_with(expected), "{said}");
        }
        assert_eq!(fault(&rounded(24)), None);
    }

    #[test]
    fn each_scheme_has_its_picture_and_a_picture_its_name() {
        let client = ClientId::parse("demo").unwrap();
        let (light, dark) = (image(64, 64, 9), image(32, 32, 10));
        let theme = with_logo(light.clone(), Some(dark.clone()));
        let names = [&light, &dark].map(|image| Png::read(image).unwrap().name());
        let css = sheet(&theme, &client, Medium::Page);
        let (bright, dim) = css.split_once("@media").unwrap();
        assert!(bright.contains(&format!("/v1/logos/demo/{}", names[0])));
        assert!(dim.contains(&format!("/v1/logos/demo/{}", names[1])));
        assert_eq!(logo(&theme, &names[0]), Png::read(&light));
        assert_eq!(logo(&theme, &names[1]), Png::read(&dark));
        assert_eq!(logo(&with_logo(light.clone(), None), &names[1]), None);
        let alone = sheet(&with_logo(light, None), &client, Medium::Page);
        assert_eq!(alone.matches(&names[0]).count(), 2);
    }
}
