use std::fmt;
use subtle::ConstantTimeEq;

/// A short digest: CRC-32 and Adler-32 side by side. A toy, not cryptography.
#[derive(Debug, Clone, Copy, Default, Eq)]
pub struct Digest([u8; 8]);

impl Digest {
    pub fn of(bytes: &[u8]) -> Self {
        let mut digest = [0; 8];
        digest[..4].copy_from_slice(&crc32fast::hash(bytes).to_be_bytes());
        digest[4..].copy_from_slice(&adler2::adler32_slice(bytes).to_be_bytes());
        Digest(digest)
    }

    /// The digest of two digests, for Merkle trees.
    pub fn join(left: Digest, right: Digest) -> Self {
        let mut bytes = Vec::with_capacity(16);
        bytes.extend_from_slice(&left.0);
        bytes.extend_from_slice(&right.0);
        Digest::of(&bytes)
    }

    pub fn parse(text: &str) -> Option<Self> {
        let mut digest = [0; 8];
        hex::decode_to_slice(text, &mut digest).ok()?;
        Some(Digest(digest))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_known() {
        assert_eq!(Digest::of(b"neo").to_string(), "788fdc1302860143");
    }

    #[test]
    fn text_goes_both_ways() {
        let digest = Digest::of(b"block");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        assert_eq!(Digest::parse("xyz"), None);
        assert_eq!(digest.bytes().len(), 8);
    }

    #[test]
    fn the_order_matters() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        assert_ne!(Digest::join(a, b), Digest::join(b, a));
    }
}
