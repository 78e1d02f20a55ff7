//! How people are addressed.

use serde::{Deserialize, Serialize};

/// One form for everything that a person reads or hears: never two in one login. English has one, and is the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormOfAddress {
    /// nl *je*, fr *tu*, de *du*.
    Familiar,
    /// nl *u*, fr *vous*, de *Sie*.
    Formal,
}
