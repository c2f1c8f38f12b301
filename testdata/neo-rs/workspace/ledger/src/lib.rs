//! Blocks, transactions and the memory pool.

mod block;
mod chain;
mod digest;
mod pool;
mod transaction;

pub use block::Block;
pub use chain::{Chain, ChainError};
pub use digest::Digest;
pub use pool::Pool;
pub use transaction::Transaction;
