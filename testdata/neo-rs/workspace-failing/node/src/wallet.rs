use once_cell::sync::OnceCell;

/// A brain wallet: a phrase and what is derived from it.
#[derive(Debug, Default)]
pub struct Wallet {
    phrase: OnceCell<String>,
}

impl Wallet {
    pub fn new() -> Self {
        Self::default()
    }

    /// The phrase, made on first use.
    pub fn phrase(&self, words: usize) -> &str {
        self.phrase
            .get_or_init(|| parity_wordlist::random_phrase(words))
    }

    pub fn restore(phrase: &str, words: usize) -> Result<Self, String> {
        parity_wordlist::validate_phrase(phrase, words).map_err(|error| error.to_string())?;
        let wallet = Self::new();
        wallet
            .phrase
            .set(phrase.to_owned())
            .map_err(|_| "the wallet has a phrase".to_owned())?;
        Ok(wallet)
    }

    pub fn address(&self, words: usize) -> String {
        let sum = self
            .phrase(words)
            .bytes()
            .fold(0u64, |sum, byte| sum.rotate_left(5) ^ u64::from(byte));
        format!("N{sum:016x}")
    }
}
