//! The rules, tried through [`Account::apply`](super::Account::apply) alone. Every command goes by way of the stored form.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "a sum that overflows here panics, and the test fails"
)]

mod assertion;
mod attacks;
mod backup;
mod codes;
mod disabling;
mod enrollment;
mod exchange;
mod fallback;
mod floor;
mod harness;
mod manage;
mod model;
mod own_numbers;
mod profile;
mod properties;
mod restored;
mod rotation;
mod sessions;
mod small;
mod stored;
mod trail;
