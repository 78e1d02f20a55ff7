//! Randomness as a value.

use pbx_2fa_shared::RecoveryCode;

use crate::bytes::{Bytes, encode};
use crate::refusal::Refusal;

/// A pool of bytes from the platform's cryptographic generator, drawn for one command and used up by it. No byte is
/// given out twice; an empty pool refuses.
pub struct Entropy {
    pool: [u8; Entropy::BYTES],
    used: usize,
}

impl Entropy {
    /// More than the hungriest command needs (new recovery codes: 172 bytes).
    pub const BYTES: usize = 256;

    /// `pool` must come from an approved random bit generator (NIST SP 800-63B-4 §3.2.12), fresh for each command.
    #[must_use]
    pub const fn new(pool: [u8; Self::BYTES]) -> Self {
        Self { pool, used: 0 }
    }

    /// # Errors
    /// [`Refusal::Internal`] where the pool is used up.
    pub fn take<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let end = self.used.saturating_add(N);
        let bytes = self
            .pool
            .get(self.used..end)
            .and_then(|b| <[u8; N]>::try_from(b).ok());
        self.used = end;
        bytes.ok_or(Refusal::Internal("entropy pool used up"))
    }

    /// `prefix` and 96 random bits.
    pub(crate) fn id(&mut self, prefix: &str) -> Result<String, Refusal> {
        Ok(format!("{prefix}{}", encode(&self.take::<12>()?)))
    }

    /// 128 random bits, for `jti` and `sid`.
    pub(crate) fn token_id(&mut self) -> Result<Bytes<16>, Refusal> {
        self.take().map(Bytes)
    }

    /// 80 random bits as sixteen characters of five bits each, so that none is likelier than another.
    pub(crate) fn recovery_code(&mut self) -> Result<RecoveryCode, Refusal> {
        let drawn: [u8; 10] = self.take()?;
        let mut bits = drawn
            .iter()
            .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut text = String::with_capacity(RecoveryCode::CHARACTERS);
        for _ in 0..RecoveryCode::CHARACTERS {
            let at = usize::try_from(bits & 31).unwrap_or_default();
            text.push(char::from(
                RecoveryCode::ALPHABET.get(at).copied().unwrap_or(b'0'),
            ));
            bits >>= 5;
        }
        RecoveryCode::parse(text).map_err(|_| Refusal::Internal("sixteen characters"))
    }

    /// Uniform over 000000 to 999999: a draw from the incomplete last million of 2^32 is thrown away, so that no code is
    /// likelier than another.
    pub(crate) fn six_digits(&mut self) -> Result<u32, Refusal> {
        const MILLION: u32 = 1_000_000;
        const WHOLE: u32 = (u32::MAX / MILLION) * MILLION;
        loop {
            let draw = u32::from_le_bytes(self.take()?);
            if draw < WHOLE {
                return Ok(draw % MILLION);
            }
        }
    }
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entropy")
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Entropy;
    use crate::refusal::Refusal;

    #[test]
    fn no_byte_is_given_twice_and_an_empty_pool_refuses() {
        let mut pool = [0; Entropy::BYTES];
        pool.iter_mut().enumerate().for_each(|(i, b)| *b = i as u8);
        let mut entropy = Entropy::new(pool);
        assert_eq!(entropy.take::<2>().unwrap(), [0, 1]);
        assert_eq!(entropy.take::<2>().unwrap(), [2, 3]);
        assert_eq!(entropy.take::<252>().unwrap()[251], 255);
        assert!(matches!(entropy.take::<1>(), Err(Refusal::Internal(_))));
    }

    #[test]
    fn a_recovery_code_holds_every_bit_that_was_drawn() {
        let mut codes = std::collections::BTreeSet::new();
        for bit in 0..80_usize {
            let mut pool = [0; Entropy::BYTES];
            pool[bit / 8] = 1 << (bit % 8);
            let code = Entropy::new(pool).recovery_code().unwrap();
            assert_eq!(
                code.as_str().bytes().filter(|b| *b != b'0').count(),
                1,
                "bit {bit}"
            );
            codes.insert(code);
        }
        assert_eq!(codes.len(), 80);
        let all = Entropy::new([0xff; Entropy::BYTES]).recovery_code().unwrap();
        assert_eq!(all.as_str(), "ZZZZZZZZZZZZZZZZ");
    }

    #[test]
    fn a_draw_that_would_favour_small_codes_is_thrown_away() {
        let mut pool = [0xff; Entropy::BYTES];
        pool[4..8].copy_from_slice(&7_000_042_u32.to_le_bytes());
        assert_eq!(Entropy::new(pool).six_digits().unwrap(), 42);
        assert!(Entropy::new([0xff; Entropy::BYTES]).six_digits().is_err());
    }
}
