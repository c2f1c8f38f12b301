use crate::Digest;
use neo_vm::{evaluate, Fault};

/// A script that somebody pays to have executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    pub sender: String,
    pub nonce: u32,
    pub fee: u64,
    pub script: Vec<u8>,
}

impl Transaction {
    pub fn new(sender: &str, nonce: u32, fee: u64, script: Vec<u8>) -> Self {
        Transaction {
            sender: sender.to_owned(),
            nonce,
            fee,
            script,
        }
    }

    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(self.sender.as_bytes());
        bytes.extend_from_slice(&self.nonce.to_le_bytes());
        bytes.extend_from_slice(&self.fee.to_le_bytes());
        bytes.extend_from_slice(&self.script);
        Digest::of(&bytes)
    }

    /// Executes the script; the fee is the gas.
    pub fn execute(&self) -> Result<i64, Fault> {
        evaluate(&self.script, self.fee)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neo_vm::ScriptBuilder;

    #[test]
    fn the_nonce_changes_the_digest() {
        let a = Transaction::new("alice", 1, 10, Vec::new());
        let b = Transaction::new("alice", 2, 10, Vec::new());
        assert_ne!(a.digest(), b.digest());
    }

    #[test]
    fn the_fee_is_the_gas() {
        let script = ScriptBuilder::new().push(7).finish();
        let paid = Transaction::new("alice", 1, 1, script.clone());
        let unpaid = Transaction::new("alice", 1, 0, script);
        assert_eq!(paid.execute(), Ok(7));
        assert_eq!(unpaid.execute(), Err(Fault::OutOfGas));
    }
}
