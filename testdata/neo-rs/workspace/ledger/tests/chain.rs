use neo_ledger::{Block, Chain, ChainError, Digest, Pool, Transaction};
use neo_vm::{OpCode, ScriptBuilder};

fn double(nonce: u32, fee: u64) -> Transaction {
    let script = ScriptBuilder::new()
        .push(i64::from(nonce))
        .op(OpCode::Dup)
        .op(OpCode::Add)
        .finish();
    Transaction::new("erin", nonce, fee, script)
}

#[test]
fn a_pool_becomes_blocks() {
    let mut pool = Pool::new(16);
    for nonce in 1..=5 {
        assert!(pool.add(double(nonce, 20 + u64::from(nonce))));
    }
    assert!(!pool.add(double(5, 25)));
    let mut chain = Chain::new();
    while !pool.is_empty() {
        chain.produce(&mut pool, 2).unwrap();
    }
    assert_eq!(chain.height(), 3);
    assert_eq!(chain.total(), 30);
    assert_eq!(chain.faults(), 0);
}

#[test]
fn a_fault_does_not_stop_a_block() {
    let mut pool = Pool::new(16);
    pool.add(double(1, 2));
    pool.add(double(2, 100));
    let mut chain = Chain::new();
    chain.produce(&mut pool, 16).unwrap();
    assert_eq!((chain.total(), chain.faults()), (4, 1));
}

#[test]
fn a_copied_block_is_refused() {
    let mut chain = Chain::new();
    let block = Block::new(1, chain.tip(), vec![double(1, 50)]);
    chain.append(block.clone()).unwrap();
    let error = chain.append(block).unwrap_err();
    assert_eq!(
        error,
        ChainError::WrongIndex {
            expected: 2,
            found: 1
        }
    );
    assert_eq!(error.to_string(), "block 1 where 2 is next");
}

#[test]
fn a_block_needs_the_tip() {
    let mut chain = Chain::new();
    let stranger = Digest::parse("00112233445566ff").unwrap();
    let error = chain
        .append(Block::new(1, stranger, Vec::new()))
        .unwrap_err();
    assert_eq!(error.to_string(), "no block 00112233445566ff to build on");
}
