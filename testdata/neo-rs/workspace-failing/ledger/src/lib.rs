//! Blocks, transactions and the memory pool.

mod accounts;
mod block;
mod chain;
mod digest;
mod pool;
mod transaction;

pub use accounts::{Accounts, Transfer};
pub use block::Block;
pub use chain::{Chain, ChainError};
pub use digest::Digest;
pub use pool::Pool;
pub use transaction::Transaction;
