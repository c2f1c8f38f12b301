use smallvec::SmallVec;
use spin::RwLock;
use std::collections::BTreeMap;
use string_interner::{DefaultStringInterner, Sym};

/// An amount that goes from one account to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    pub from: String,
    pub to: String,
    pub amount: u64,
    pub fee: u64,
}

/// The balances, by interned name.
#[derive(Debug, Default)]
pub struct Accounts {
    names: RwLock<DefaultStringInterner>,
    balances: RwLock<BTreeMap<Sym, u64>>,
    history: RwLock<SmallVec<[Transfer; 4]>>,
}

impl Accounts {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn deposit(&self, name: &str, amount: u64) {
        let symbol = self.names.write().get_or_intern(name);
        *self.balances.write().entry(symbol).or_insert(0) += amount;
    }

    pub fn balance(&self, name: &str) -> u64 {
        let names = self.names.read();
        match names.get(name) {
            Some(symbol) => self.balances.read().get(&symbol).copied().unwrap_or(0),
            None => 0,
        }
    }

    /// Moves an amount. The fee is burned.
    pub fn transfer(&self, transfer: Transfer) -> Result<(), String> {
        let available = self.balance(&transfer.from);
        if transfer.amount > available {
            return Err(format!("{} has {available} only", transfer.from));
        }
        self.withdraw(&transfer.from, transfer.amount);
        self.deposit(&transfer.to, transfer.amount);
        self.history.write().push(transfer);
        Ok(())
    }

    fn withdraw(&self, name: &str, amount: u64) {
        let symbol = self.names.write().get_or_intern(name);
        if let Some(balance) = self.balances.write().get_mut(&symbol) {
            *balance -= amount;
        }
    }

    pub fn transfers(&self) -> usize {
        self.history.read().len()
    }

    /// The sum of all balances.
    pub fn supply(&self) -> u64 {
        self.balances.read().values().sum()
    }

    /// The accounts that hold at least so much, the richest first.
    pub fn richest(&self, least: u64) -> Vec<(String, u64)> {
        let names = self.names.read();
        let mut rich: Vec<_> = self
            .balances
            .read()
            .iter()
            .filter(|(_, balance)| **balance >= least)
            .filter_map(|(symbol, balance)| {
                let name = names.resolve(*symbol)?;
                Some((name.to_owned(), *balance))
            })
            .collect();
        rich.sort_by_key(|(_, balance)| std::cmp::Reverse(*balance));
        rich
    }

    /// One line an account, for people.
    pub fn statement(&self) -> String {
        let mut text = String::new();
        for (name, balance) in self.richest(0) {
            text.push_str(&name);
            text.push(' ');
            text.push_str(&balance.to_string());
            text.push('\n');
        }
        for transfer in self.history.read().iter() {
            text.push_str(&transfer.from);
            text.push_str(" -> ");
            text.push_str(&transfer.to);
            text.push(' ');
            text.push_str(&transfer.amount.to_string());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deposits_add_up() {
        let accounts = Accounts::new();
        accounts.deposit("alice", 3);
        accounts.deposit("alice", 4);
        assert_eq!(accounts.balance("alice"), 7);
        assert_eq!(accounts.balance("bob"), 0);
        assert_eq!(accounts.supply(), 7);
    }
}
