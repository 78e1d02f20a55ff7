//! A logo: a small PNG (W3C PNG, third edition, §5 and §11.2.1).

use base64ct::{Base64, Encoding};
use pbx_2fa_shared::theme::LogoImage;
use sha2::{Digest, Sha256};

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
const HEADER: [u8; 8] = *b"\0\0\0\x0dIHDR";
const LAST_CHUNK: [u8; 12] = *b"\0\0\0\0IEND\xae\x42\x60\x82";
const LARGEST_BYTES: usize = 4_096;
const SIDES: std::ops::RangeInclusive<u32> = 16..=512;
/// The widest there is room for beside the portal's name: so many times its height.
const WIDEST: u32 = 6;
const DIGEST_BYTES: usize = 8;
const ENDING: &str = ".png";
/// What follows the name of the first chunk: 13 bytes and a checksum.
const HEADER_REST: usize = 17;
const KIND_AND_CHECKSUM: usize = 8;
const ANIMATION: &[u8] = b"acTL";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    pub bytes: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Png {
    /// `None` where it is no PNG, none of a size that can be shown, or one that moves.
    pub(super) fn read(image: &LogoImage) -> Option<Self> {
        let bytes = Base64::decode_vec(image.as_str()).ok()?;
        let rest = bytes.strip_prefix(&SIGNATURE)?.strip_prefix(&HEADER)?;
        let side = |at: usize| {
            let four = rest.get(at..)?.first_chunk::<4>()?;
            Some(u32::from_be_bytes(*four)).filter(|side| SIDES.contains(side))
        };
        let (width, height) = (side(0)?, side(4)?);
        let fits = width <= height.checked_mul(WIDEST)? && bytes.len() <= LARGEST_BYTES;
        let stands = is_still(rest.get(HEADER_REST..)?);
        (fits && stands).then_some(Self { bytes, width, height })
    }

    /// The name of what it shows: another picture, another name.
    pub(super) fn name(&self) -> String {
        let digest = Sha256::digest(&self.bytes);
        let digits = digest.iter().take(DIGEST_BYTES).map(|byte| format!("{byte:02x}"));
        digits.collect::<String>() + ENDING
    }
}

/// Whether these are chunks to the last, and none makes it move (§11.3.6.1): a person could not stop it (WCAG 2.2, 2.2.2).
fn is_still(mut chunks: &[u8]) -> bool {
    while chunks != LAST_CHUNK {
        let Some((length, rest)) = chunks.split_first_chunk::<4>() else {
            return false;
        };
        let after = usize::try_from(u32::from_be_bytes(*length))
            .ok()
            .and_then(|length| rest.get(length.checked_add(KIND_AND_CHECKSUM)?..));
        match after {
            Some(after) if !rest.starts_with(ANIMATION) => chunks = after,
            _ => return false,
        }
    }
    true
}

/// Whether a picture of this service could have this name.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let digits = name.strip_suffix(ENDING).unwrap_or_default();
    digits.len() == 2 * DIGEST_BYTES
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What is read of a PNG; the pixels are a browser's affair.
    pub(in crate::theme) fn image(width: u32, height: u32, filling: usize) -> LogoImage {
        LogoImage::parse(Base64::encode_string(&png(width, height, b"IDAT", filling))).unwrap()
    }

    fn png(width: u32, height: u32, kind: &[u8], filling: usize) -> Vec<u8> {
        let parts = [
            &SIGNATURE[..],
            &HEADER,
            &width.to_be_bytes(),
            &height.to_be_bytes(),
            &[8, 6, 0, 0, 0],
            &[0; 4],
            &u32::try_from(filling).unwrap().to_be_bytes(),
            kind,
            &vec![7; filling],
            &[0; 4],
            &LAST_CHUNK,
        ];
        parts.concat()
    }

    #[test]
    fn sizes_have_bounds() {
        let is_read = |width, height| Png::read(&image(width, height, 9)).is_some();
        for (width, height) in [(16, 16), (512, 512), (96, 16), (512, 86), (16, 512)] {
            assert!(is_read(width, height), "{width} by {height}");
        }
        for (width, height) in [
            (15, 16),
            (16, 15),
            (513, 512),
            (512, 513),
            (97, 16),
            (0, 64),
            (u32::MAX, u32::MAX),
        ] {
            assert!(!is_read(width, height), "{width} by {height}");
        }
        let around = png(64, 64, b"IDAT", 0).len();
        assert!(Png::read(&image(64, 64, LARGEST_BYTES - around)).is_some());
        assert!(Png::read(&image(64, 64, LARGEST_BYTES - around + 1)).is_none());
    }

    #[test]
    fn what_is_no_png_is_refused() {
        let whole = Base64::decode_vec(image(64, 64, 9).as_str()).unwrap();
        let refused =
            |bytes: &[u8]| Png::read(&LogoImage::parse(Base64::encode_string(bytes)).unwrap()).is_none();
        for cut in 0..whole.len() {
            assert!(refused(&whole[..cut]), "the first {cut} bytes");
        }
        for at in (0..16).chain(33..37).chain(whole.len() - 12..whole.len()) {
            let mut other = whole.clone();
            other[at] ^= 1;
            assert!(refused(&other), "another byte {at}");
        }
        assert!(Png::read(&LogoImage::parse("AAA").unwrap()).is_none());
        assert!(refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>"));
    }

    #[test]
    fn one_that_moves_is_refused() {
        let read = |kind| {
            let image = Base64::encode_string(&png(64, 64, kind, 8));
            Png::read(&LogoImage::parse(image).unwrap())
        };
        assert!(read(b"tEXt").is_some());
        assert!(read(b"acTL").is_none());
    }

    #[test]
    fn a_name_is_sixteen_digits() {
        assert!(is_name(&Png::read(&image(64, 64, 9)).unwrap().name()));
        assert!(is_name("0123456789abcdef.png"));
        for name in [
            "0123456789abcde.png",
            "0123456789abcdef0.png",
            "0123456789ABCDEF.png",
            "0123456789abcdef",
            "0123456789abcdeg.png",
            ".png",
            "",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn another_picture_has_another_name() {
        let [one, two] = [9, 10].map(|filling| Png::read(&image(64, 64, filling)).unwrap().name());
        assert_ne!(one, two);
        assert_eq!(one.len(), 2 * DIGEST_BYTES + ".png".len());
        assert!(
            one.strip_suffix(".png")
                .unwrap()
                .bytes()
                .all(|b| b.is_ascii_hexdigit())
        );
    }
}
