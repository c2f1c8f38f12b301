use crate::{Fault, OpCode};
use untrusted::{Input, Reader};

/// One decoded instruction. The operand is there for `Push` and `JumpIf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instruction {
    pub op: OpCode,
    pub operand: i64,
}

/// A decoded script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    instructions: Vec<Instruction>,
}

impl Script {
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let mut instructions = Vec::new();
        Input::from(bytes).read_all(Fault::TruncatedScript, |reader| {
            while !reader.at_end() {
                instructions.push(read_instruction(reader)?);
            }
            Ok(())
        })?;
        Ok(Script { instructions })
    }

    pub fn get(&self, index: usize) -> Option<Instruction> {
        self.instructions.get(index).copied()
    }

    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }
}

fn read_instruction(reader: &mut Reader<'_>) -> Result<Instruction, Fault> {
    let byte = reader.read_byte().map_err(|_| Fault::TruncatedScript)?;
    let op = OpCode::try_from(byte)?;
    let operand = match op {
        OpCode::Push | OpCode::JumpIf => read_operand(reader)?,
        _ => 0,
    };
    Ok(Instruction { op, operand })
}

fn read_operand(reader: &mut Reader<'_>) -> Result<i64, Fault> {
    let bytes = reader.read_bytes(8).map_err(|_| Fault::TruncatedScript)?;
    let mut buffer = [0u8; 8];
    buffer.copy_from_slice(bytes.as_slice_less_safe());
    Ok(i64::from_le_bytes(buffer))
}

/// Writes scripts.
#[derive(Debug, Default)]
pub struct ScriptBuilder {
    bytes: Vec<u8>,
}

impl ScriptBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(mut self, value: i64) -> Self {
        self.bytes.push(OpCode::Push.byte());
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    pub fn jump_if(mut self, target: i64) -> Self {
        self.bytes.push(OpCode::JumpIf.byte());
        self.bytes.extend_from_slice(&target.to_le_bytes());
        self
    }

    pub fn op(mut self, op: OpCode) -> Self {
        self.bytes.push(op.byte());
        self
    }

    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_builder_wrote() {
        let bytes = ScriptBuilder::new()
            .push(-7)
            .jump_if(0)
            .op(OpCode::Return)
            .finish();
        let script = Script::parse(&bytes).unwrap();
        assert_eq!(script.len(), 3);
        assert!(!script.is_empty());
        assert_eq!(
            script.get(0),
            Some(Instruction {
                op: OpCode::Push,
                operand: -7
            })
        );
        assert_eq!(script.get(3), None);
    }

    #[test]
    fn a_cut_operand_is_a_fault() {
        let bytes = ScriptBuilder::new().push(1).finish();
        assert_eq!(Script::parse(&bytes[..4]), Err(Fault::TruncatedScript));
    }
}
