use std::fmt;

/// Why a script stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    StackUnderflow,
    StackOverflow,
    DivisionByZero,
    Overflow,
    OutOfGas,
    UnknownOpCode(u8),
    TruncatedScript,
    BadJump(i64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::StackUnderflow => f.write_str("stack underflow"),
            Fault::StackOverflow => f.write_str("stack overflow"),
            Fault::DivisionByZero => f.write_str("division by zero"),
            Fault::Overflow => f.write_str("arithmetic overflow"),
            Fault::OutOfGas => f.write_str("out of gas"),
            Fault::UnknownOpCode(byte) => write!(f, "unknown opcode 0x{byte:02x}"),
            Fault::TruncatedScript => f.write_str("truncated script"),
            Fault::BadJump(target) => write!(f, "jump to {target}, outside the script"),
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_went_wrong() {
        let some = [
            (Fault::StackUnderflow, "stack underflow"),
            (Fault::OutOfGas, "out of gas"),
            (Fault::UnknownOpCode(0xfe), "unknown opcode 0xfe"),
            (Fault::BadJump(-3), "jump to -3, outside the script"),
        ];
        for (fault, text) in some {
            assert_eq!(fault.to_string(), text);
        }
    }
}
