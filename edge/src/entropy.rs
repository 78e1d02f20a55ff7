//! Random bytes from the platform (`crypto.getRandomValues`).

use pbx_2fa_verifier::{Entropy, Refusal};

/// A fresh pool for one command.
pub(crate) fn fresh() -> Result<Entropy, Refusal> {
    let mut pool = [0; Entropy::BYTES];
    getrandom::fill(&mut pool).map_err(|_| Refusal::Internal("no random bytes"))?;
    Ok(Entropy::new(pool))
}
