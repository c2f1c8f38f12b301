use crate::{Digest, Transaction};

/// A block: its place in the chain and what it executes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub index: u32,
    pub previous: Digest,
    pub root: Digest,
    pub transactions: Vec<Transaction>,
}

impl Block {
    pub fn new(index: u32, previous: Digest, transactions: Vec<Transaction>) -> Self {
        Block {
            index,
            previous,
            root: merkle_root(&transactions),
            transactions,
        }
    }

    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::with_capacity(20);
        bytes.extend_from_slice(&self.index.to_le_bytes());
        bytes.extend_from_slice(self.previous.bytes());
        bytes.extend_from_slice(self.root.bytes());
        Digest::of(&bytes)
    }

    /// Whether the root still belongs to the transactions.
    pub fn is_intact(&self) -> bool {
        self.root == merkle_root(&self.transactions)
    }
}

fn merkle_root(transactions: &[Transaction]) -> Digest {
    let mut level: Vec<Digest> = transactions.iter().map(Transaction::digest).collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| Digest::join(pair[0], *pair.last().unwrap_or(&pair[0])))
            .collect();
    }
    level.first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transactions(count: u32) -> Vec<Transaction> {
        (0..count)
            .map(|nonce| Transaction::new("carol", nonce, 1, Vec::new()))
            .collect()
    }

    #[test]
    fn an_empty_block_has_the_zero_root() {
        let block = Block::new(0, Digest::default(), Vec::new());
        assert_eq!(block.root, Digest::default());
        assert!(block.is_intact());
    }

    #[test]
    fn an_odd_number_of_transactions_works() {
        let block = Block::new(1, Digest::default(), transactions(3));
        assert!(block.is_intact());
        assert_ne!(block.digest(), Digest::default());
    }

    #[test]
    fn tampering_shows() {
        let mut block = Block::new(1, Digest::default(), transactions(4));
        block.transactions[2].fee = 1_000;
        assert!(!block.is_intact());
    }
}
