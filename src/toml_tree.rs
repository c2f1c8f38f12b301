//! TOML in which everything knows where it was written, and a reader that finds every mistake.

mod de;
mod node;

pub(crate) use de::Day;
pub(crate) use de::{known, read};
pub(crate) use node::{Node, Value};
