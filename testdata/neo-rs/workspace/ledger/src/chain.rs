use crate::{Block, Digest, Pool};
use std::fmt;

/// Why a block does not belong to the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainError {
    WrongIndex { expected: u32, found: u32 },
    WrongPrevious(Digest),
    Tampered(u32),
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChainError::WrongIndex { expected, found } => {
                write!(f, "block {found} where {expected} is next")
            }
            ChainError::WrongPrevious(digest) => write!(f, "no block {digest} to build on"),
            ChainError::Tampered(index) => write!(f, "block {index} was tampered with"),
        }
    }
}

impl std::error::Error for ChainError {}

/// The blocks so far and the sum of what they computed.
#[derive(Debug)]
pub struct Chain {
    blocks: Vec<Block>,
    total: i64,
    faults: usize,
}

impl Chain {
    /// A chain that has its genesis block only.
    pub fn new() -> Self {
        Chain {
            blocks: vec![Block::new(0, Digest::default(), Vec::new())],
            total: 0,
            faults: 0,
        }
    }

    pub fn height(&self) -> u32 {
        self.blocks.len() as u32 - 1
    }

    pub fn total(&self) -> i64 {
        self.total
    }

    pub fn faults(&self) -> usize {
        self.faults
    }

    pub fn tip(&self) -> Digest {
        self.blocks.last().map(Block::digest).unwrap_or_default()
    }

    /// Builds the next block from the pool and appends it.
    pub fn produce(&mut self, pool: &mut Pool, count: usize) -> Result<Digest, ChainError> {
        let block = Block::new(self.height() + 1, self.tip(), pool.take(count));
        self.append(block)?;
        Ok(self.tip())
    }

    /// Checks a block, executes it and appends it.
    pub fn append(&mut self, block: Block) -> Result<(), ChainError> {
        let expected = self.height() + 1;
        if block.index != expected {
            return Err(ChainError::WrongIndex {
                expected,
                found: block.index,
            });
        }
        if block.previous != self.tip() {
            return Err(ChainError::WrongPrevious(block.previous));
        }
        if !block.is_intact() {
            return Err(ChainError::Tampered(block.index));
        }
        for transaction in &block.transactions {
            match transaction.execute() {
                Ok(value) => self.total = self.total.wrapping_add(value),
                Err(_) => self.faults += 1,
            }
        }
        self.blocks.push(block);
        Ok(())
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transaction;
    use neo_vm::ScriptBuilder;

    fn transaction(nonce: u32, fee: u64) -> Transaction {
        let script = ScriptBuilder::new().push(i64::from(nonce)).finish();
        Transaction::new("dave", nonce, fee, script)
    }

    #[test]
    fn blocks_are_executed() {
        let mut chain = Chain::default();
        let block = Block::new(1, chain.tip(), vec![transaction(4, 5), transaction(9, 0)]);
        chain.append(block).unwrap();
        assert_eq!((chain.height(), chain.total(), chain.faults()), (1, 4, 1));
    }

    #[test]
    fn a_gap_is_refused() {
        let mut chain = Chain::new();
        let error = chain
            .append(Block::new(5, chain.tip(), Vec::new()))
            .unwrap_err();
        assert_eq!(error.to_string(), "block 5 where 1 is next");
    }

    #[test]
    fn a_tampered_block_is_refused() {
        let mut chain = Chain::new();
        let mut block = Block::new(1, chain.tip(), vec![transaction(1, 1)]);
        block.transactions.clear();
        let error = chain.append(block).unwrap_err();
        assert_eq!(error.to_string(), "block 1 was tampered with");
    }
}
