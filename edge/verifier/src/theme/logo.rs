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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    pub bytes: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Png {
    /// `None` where it is no PNG, or none of a size that can be shown.
    pub(super) fn read(image: &LogoImage) -> Option<Self> {
        let bytes = Base64::decode_vec(image.as_str()).ok()?;
        let rest = bytes.strip_prefix(&SIGNATURE)?.strip_prefix(&HEADER)?;
        let side = |at: usize| {
            let four = rest.get(at..)?.first_chunk::<4>()?;
            Some(u32::from_be_bytes(*four)).filter(|side| SIDES.contains(side))
        };
        let (width, height) = (side(0)?, side(4)?);
        let fits = width <= height.checked_mul(WIDEST)? && bytes.len() <= LARGEST_BYTES;
        (fits && bytes.ends_with(&LAST_CHUNK)).then_some(Self { bytes, width, height })
    }

    /// The name of what it shows: another picture, another name.
    pub(super) fn name(&self) -> String {
        let digest = Sha256::digest(&self.bytes);
        let digits = digest.iter().take(DIGEST_BYTES).map(|byte| format!("{byte:02x}"));
        digits.collect::<String>() + ".png"
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What is read of a PNG; the pixels between are a browser's affair.
    pub(in crate::theme) fn image(width: u32, height: u32, filling: usize) -> LogoImage {
        let parts = [
            &SIGNATURE[..],
            &HEADER,
            &width.to_be_bytes(),
            &height.to_be_bytes(),
            &vec![7; filling],
            &LAST_CHUNK,
        ];
        LogoImage::parse(Base64::encode_string(&parts.concat())).unwrap()
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
        let around = SIGNATURE.len() + HEADER.len() + 8 + LAST_CHUNK.len();
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
        for at in (0..16).chain(whole.len() - 12..whole.len()) {
            let mut other = whole.clone();
            other[at] ^= 1;
            assert!(refused(&other), "another byte {at}");
        }
        assert!(Png::read(&LogoImage::parse("AAA").unwrap()).is_none());
        assert!(refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>"));
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
