//! Colours as numbers, and how well one can be read on another (WCAG 2.2, "relative luminance" and "contrast ratio").

use pbx_2fa_shared::theme::Colour;

/// Opaque sRGB, each channel 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rgb([u8; 3]);

impl Rgb {
    pub(super) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Of one colour so much as `share` says (0 to 1), of the other the rest: `color-mix(in srgb, …)`.
    pub(super) fn mix(self, share: f64, other: Self) -> Self {
        let [[a, b, c], [d, e, f]] = [self.0, other.0];
        let channel = |own: u8, other: u8| {
            let mixed = f64::from(own) * share + f64::from(other) * (1.0 - share);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between two numbers of 0 to 255"
            )]
            let rounded = mixed.round() as u8;
            rounded
        };
        Self([channel(a, d), channel(b, e), channel(c, f)])
    }

    /// 1 to 21.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let [one, two] = [self.luminance(), other.luminance()];
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl From<&Colour> for Rgb {
    fn from(colour: &Colour) -> Self {
        let digits = u32::from_str_radix(colour.as_str().trim_start_matches('#'), 16).unwrap_or_default();
        let [_, red, green, blue] = digits.to_be_bytes();
        Self([red, green, blue])
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(text: &str) -> Rgb {
        Rgb::from(&Colour::parse(text).unwrap())
    }

    /// Figures of the WebAIM contrast checker, which rounds down to two places.
    #[test]
    fn contrast_is_that_of_wcag() {
        for (one, two, expected) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#767676", "#ffffff", 4.54),
            ("#777777", "#ffffff", 4.47),
            ("#0000ff", "#ffffff", 8.59),
            ("#ff0000", "#ffffff", 3.99),
            ("#00ff00", "#ffffff", 1.37),
            ("#0a0a0a", "#000000", 1.06),
        ] {
            let [there, back] = [rgb(one).contrast(rgb(two)), rgb(two).contrast(rgb(one))];
            assert!((there - back).abs() < 1e-12);
            assert!(
                (0.0..0.01).contains(&(there - expected)),
                "{one} on {two}: {there}"
            );
        }
    }

    #[test]
    fn a_mixture_has_of_each_its_share() {
        assert_eq!(rgb("#ff0000").mix(0.6, rgb("#0000ff")).to_string(), "#990066");
        assert_eq!(rgb("#ff8000").mix(1.0, rgb("#0000ff")).to_string(), "#ff8000");
        assert_eq!(rgb("#ff8000").mix(0.0, rgb("#0000fe")).to_string(), "#0000fe");
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        assert_eq!(rgb("#1F4fd8").to_string(), "#1f4fd8");
    }
}
