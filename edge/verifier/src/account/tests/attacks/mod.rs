//! One test for each attack of the threat model that the rules can stop by themselves, by its number.

mod binding;
mod guessing;
mod methods;
mod tokens;
