use crate::{Fault, Instruction, OpCode, Script};
use smallvec::SmallVec;

const MAX_DEPTH: usize = 64;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Halted,
    Running(usize),
}

/// The machine: a stack of numbers and what is left of the gas.
#[derive(Debug)]
pub struct Machine {
    stack: SmallVec<[i64; 16]>,
    gas: u64,
}

impl Machine {
    pub fn new(gas: u64) -> Self {
        Machine {
            stack: SmallVec::new(),
            gas,
        }
    }

    pub fn gas_left(&self) -> u64 {
        self.gas
    }

    pub fn top(&self) -> Option<i64> {
        self.stack.last().copied()
    }

    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    /// Runs a script to its end or to the first `Return`.
    pub fn run(&mut self, script: &Script) -> Result<(), Fault> {
        let mut at = 0;
        while let Some(instruction) = script.get(at) {
            match self.step(instruction, at, script.len())? {
                State::Running(next) => at = next,
                State::Halted => break,
            }
        }
        Ok(())
    }

    fn step(&mut self, instruction: Instruction, at: usize, len: usize) -> Result<State, Fault> {
        self.burn(instruction.op.gas())?;
        match instruction.op {
            OpCode::Push => self.push(instruction.operand)?,
            OpCode::Drop => {
                self.pop()?;
            }
            OpCode::Dup => {
                let value = self.top().ok_or(Fault::StackUnderflow)?;
                self.push(value)?;
            }
            OpCode::Swap => {
                let (a, b) = self.pop_two()?;
                self.push(b)?;
                self.push(a)?;
            }
            OpCode::Add => self.binary(i64::checked_add)?,
            OpCode::Sub => self.binary(i64::checked_sub)?,
            OpCode::Mul => self.binary(i64::checked_mul)?,
            OpCode::Div => self.divide()?,
            OpCode::Equal => {
                let (a, b) = self.pop_two()?;
                self.push(i64::from(a == b))?;
            }
            OpCode::JumpIf => {
                if self.pop()? != 0 {
                    return jump(instruction.operand, len);
                }
            }
            OpCode::Return => return Ok(State::Halted),
        }
        Ok(State::Running(at + 1))
    }

    fn burn(&mut self, cost: u64) -> Result<(), Fault> {
        self.gas = self.gas.checked_sub(cost).ok_or(Fault::OutOfGas)?;
        Ok(())
    }

    fn push(&mut self, value: i64) -> Result<(), Fault> {
        if self.stack.len() == MAX_DEPTH {
            return Err(Fault::StackOverflow);
        }
        self.stack.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<i64, Fault> {
        self.stack.pop().ok_or(Fault::StackUnderflow)
    }

    fn pop_two(&mut self) -> Result<(i64, i64), Fault> {
        let b = self.pop()?;
        let a = self.pop()?;
        Ok((a, b))
    }

    fn binary(&mut self, f: fn(i64, i64) -> Option<i64>) -> Result<(), Fault> {
        let (a, b) = self.pop_two()?;
        self.push(f(a, b).ok_or(Fault::Overflow)?)
    }

    fn divide(&mut self) -> Result<(), Fault> {
        let (a, b) = self.pop_two()?;
        if b == 0 {
            return Err(Fault::DivisionByZero);
        }
        self.push(a.checked_div(b).ok_or(Fault::Overflow)?)
    }
}

fn jump(target: i64, len: usize) -> Result<State, Fault> {
    match usize::try_from(target) {
        Ok(index) if index <= len => Ok(State::Running(index)),
        _ => Err(Fault::BadJump(target)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScriptBuilder;

    fn run(builder: ScriptBuilder, gas: u64) -> Result<Machine, Fault> {
        let script = Script::parse(&builder.finish())?;
        let mut machine = Machine::new(gas);
        machine.run(&script)?;
        Ok(machine)
    }

    fn binary(a: i64, b: i64, op: OpCode) -> Result<i64, Fault> {
        let machine = run(ScriptBuilder::new().push(a).push(b).op(op), 100)?;
        machine.top().ok_or(Fault::StackUnderflow)
    }

    #[test]
    fn arithmetic() {
        assert_eq!(binary(6, 7, OpCode::Mul), Ok(42));
        assert_eq!(binary(50, 8, OpCode::Sub), Ok(42));
        assert_eq!(binary(84, 2, OpCode::Div), Ok(42));
        assert_eq!(binary(3, 3, OpCode::Equal), Ok(1));
    }

    #[test]
    fn arithmetic_faults() {
        assert_eq!(binary(1, 0, OpCode::Div), Err(Fault::DivisionByZero));
        assert_eq!(binary(i64::MAX, 1, OpCode::Add), Err(Fault::Overflow));
        assert_eq!(binary(i64::MIN, -1, OpCode::Div), Err(Fault::Overflow));
    }

    #[test]
    fn stack_instructions() {
        let machine = run(
            ScriptBuilder::new()
                .push(1)
                .push(2)
                .op(OpCode::Swap)
                .op(OpCode::Dup)
                .op(OpCode::Drop),
            100,
        )
        .unwrap();
        assert_eq!(machine.top(), Some(1));
        assert_eq!(machine.depth(), 2);
        assert_eq!(machine.gas_left(), 92);
    }

    #[test]
    fn a_jump_leaves_the_rest_out() {
        let builder = ScriptBuilder::new()
            .push(1)
            .jump_if(3)
            .op(OpCode::Drop)
            .push(5)
            .op(OpCode::Return)
            .push(6);
        assert_eq!(run(builder, 100).unwrap().top(), Some(5));
    }

    #[test]
    fn a_jump_outside_is_a_fault() {
        let builder = ScriptBuilder::new().push(1).jump_if(-1);
        assert_eq!(run(builder, 100).unwrap_err(), Fault::BadJump(-1));
    }

    #[test]
    fn an_endless_loop_runs_out_of_gas() {
        let builder = ScriptBuilder::new().push(1).jump_if(0);
        assert_eq!(run(builder, 50).unwrap_err(), Fault::OutOfGas);
    }

    #[test]
    fn the_stack_has_an_end() {
        let builder = (0..65).fold(ScriptBuilder::new(), |b, n| b.push(n));
        assert_eq!(run(builder, 100).unwrap_err(), Fault::StackOverflow);
    }
}
