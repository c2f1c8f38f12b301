use crate::Fault;

/// The instructions that the machine knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpCode {
    Push,
    Drop,
    Dup,
    Swap,
    Add,
    Sub,
    Mul,
    Div,
    Equal,
    JumpIf,
    Return,
}

impl OpCode {
    /// The byte that stands for the instruction in a script.
    pub fn byte(self) -> u8 {
        match self {
            OpCode::Push => 0x01,
            OpCode::Drop => 0x45,
            OpCode::Dup => 0x4a,
            OpCode::Swap => 0x50,
            OpCode::Add => 0x9e,
            OpCode::Sub => 0x9f,
            OpCode::Mul => 0xa0,
            OpCode::Div => 0xa1,
            OpCode::Equal => 0x97,
            OpCode::JumpIf => 0x24,
            OpCode::Return => 0x40,
        }
    }

    /// What it costs to execute.
    pub fn gas(self) -> u64 {
        match self {
            OpCode::Push | OpCode::Return => 1,
            OpCode::Drop | OpCode::Dup | OpCode::Swap => 2,
            OpCode::JumpIf => 4,
            _ => 8,
        }
    }
}

impl TryFrom<u8> for OpCode {
    type Error = Fault;

    fn try_from(byte: u8) -> Result<Self, Fault> {
        Ok(match byte {
            0x01 => OpCode::Push,
            0x45 => OpCode::Drop,
            0x4a => OpCode::Dup,
            0x50 => OpCode::Swap,
            0x9e => OpCode::Add,
            0x9f => OpCode::Sub,
            0xa0 => OpCode::Mul,
            0xa1 => OpCode::Div,
            0x97 => OpCode::Equal,
            0x24 => OpCode::JumpIf,
            0x40 => OpCode::Return,
            other => return Err(Fault::UnknownOpCode(other)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [OpCode; 11] = [
        OpCode::Push,
        OpCode::Drop,
        OpCode::Dup,
        OpCode::Swap,
        OpCode::Add,
        OpCode::Sub,
        OpCode::Mul,
        OpCode::Div,
        OpCode::Equal,
        OpCode::JumpIf,
        OpCode::Return,
    ];

    #[test]
    fn bytes_go_both_ways() {
        for op in ALL {
            assert_eq!(OpCode::try_from(op.byte()), Ok(op));
        }
    }

    #[test]
    fn an_unknown_byte_is_a_fault() {
        assert_eq!(OpCode::try_from(0xff), Err(Fault::UnknownOpCode(0xff)));
    }

    #[test]
    fn everything_costs_gas() {
        assert!(ALL.iter().all(|op| op.gas() > 0));
        assert_eq!(OpCode::JumpIf.gas(), 4);
    }
}
