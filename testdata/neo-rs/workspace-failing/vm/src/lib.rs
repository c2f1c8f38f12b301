//! A small stack machine for Neo scripts.

mod debugger;
mod fault;
mod machine;
mod opcode;
mod script;

pub use debugger::{disassemble, Breakpoints};
pub use fault::Fault;
pub use machine::{Machine, State};
pub use opcode::OpCode;
pub use script::{Instruction, Script, ScriptBuilder};

/// Runs a script with a gas limit and returns the number on top of the stack.
pub fn evaluate(bytes: &[u8], gas: u64) -> Result<i64, Fault> {
    let script = Script::parse(bytes)?;
    let mut machine = Machine::new(gas);
    machine.run(&script)?;
    machine.top().ok_or(Fault::StackUnderflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evaluates_a_sum() {
        let bytes = ScriptBuilder::new()
            .push(40)
            .push(2)
            .op(OpCode::Add)
            .finish();
        assert_eq!(evaluate(&bytes, 100), Ok(42));
    }

    #[test]
    fn an_empty_script_leaves_nothing() {
        assert_eq!(evaluate(&[], 100), Err(Fault::StackUnderflow));
    }
}
