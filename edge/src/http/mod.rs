//! HTTP: what comes in, parsed and bounded; what goes out, with its headers.

pub(crate) mod cors;
pub(crate) mod request;
pub(crate) mod response;
