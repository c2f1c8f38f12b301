use neo_ledger::{Accounts, Transfer};

fn transfer(amount: u64, fee: u64) -> Transfer {
    Transfer {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        amount,
        fee,
    }
}

fn alice_with(amount: u64) -> Accounts {
    let accounts = Accounts::new();
    accounts.deposit("alice", amount);
    accounts
}

#[test]
fn a_deposit_is_kept() {
    assert_eq!(alice_with(7).balance("alice"), 7);
    assert_eq!(alice_with(7).balance("nobody"), 0);
}

#[test]
fn a_transfer_burns_the_fee() {
    let accounts = alice_with(100);
    accounts.transfer(transfer(60, 5)).unwrap();
    assert_eq!(accounts.balance("bob"), 60);
    assert_eq!(accounts.balance("alice"), 35);
}

#[test]
fn a_transfer_needs_the_fee_too() {
    let accounts = alice_with(60);
    let error = accounts.transfer(transfer(60, 5)).unwrap_err();
    assert_eq!(error, "alice has 60 only");
}

/// Stands in for a race: under nextest the first attempt finds the peer not ready.
#[test]
fn a_peer_answers_in_time() {
    let attempt = std::env::var("NEXTEST_ATTEMPT").unwrap_or_default();
    assert_ne!(attempt, "1", "the peer did not answer within 50 ms");
    assert_eq!(alice_with(1).balance("alice"), 1);
}
