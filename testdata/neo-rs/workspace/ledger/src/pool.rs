use crate::Transaction;

/// Transactions that wait for a block, the best paid first.
#[derive(Debug, Default)]
pub struct Pool {
    waiting: Vec<Transaction>,
    capacity: usize,
}

impl Pool {
    pub fn new(capacity: usize) -> Self {
        Pool {
            waiting: Vec::new(),
            capacity,
        }
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a transaction. Says no to a duplicate, and to a poor one when the pool is full.
    pub fn add(&mut self, transaction: Transaction) -> bool {
        let digest = transaction.digest();
        if self.waiting.iter().any(|t| t.digest() == digest) {
            return false;
        }
        let at = self.waiting.partition_point(|t| t.fee >= transaction.fee);
        if at >= self.capacity {
            return false;
        }
        self.waiting.insert(at, transaction);
        self.waiting.truncate(self.capacity);
        true
    }

    /// Takes the best paid transactions out.
    pub fn take(&mut self, count: usize) -> Vec<Transaction> {
        let count = count.min(self.waiting.len());
        self.waiting.drain(..count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transaction(nonce: u32, fee: u64) -> Transaction {
        Transaction::new("bob", nonce, fee, Vec::new())
    }

    #[test]
    fn the_best_paid_come_first() {
        let mut pool = Pool::new(8);
        assert!(pool.is_empty());
        for (nonce, fee) in [(1, 5), (2, 9), (3, 7)] {
            assert!(pool.add(transaction(nonce, fee)));
        }
        let fees: Vec<_> = pool.take(2).iter().map(|t| t.fee).collect();
        assert_eq!(fees, [9, 7]);
        assert_eq!(pool.len(), 1);
    }

    #[test]
    fn duplicates_are_refused() {
        let mut pool = Pool::new(8);
        assert!(pool.add(transaction(1, 5)));
        assert!(!pool.add(transaction(1, 5)));
    }
}
