use crate::{Instruction, Machine, OpCode, Script};

/// The script in words, one instruction a line.
pub fn disassemble(script: &Script) -> String {
    let mut text = String::new();
    let mut index = 0;
    while let Some(instruction) = script.get(index) {
        text.push_str(&format!("{index:04} {}\n", words(instruction)));
        index += 1;
    }
    return text;
}

fn words(instruction: Instruction) -> String {
    match instruction.op {
        OpCode::Push => format!("push {}", instruction.operand),
        OpCode::JumpIf => format!("jump_if {}", instruction.operand),
        OpCode::Drop => "drop".to_owned(),
        OpCode::Dup => "dup".to_owned(),
        OpCode::Swap => "swap".to_owned(),
        OpCode::Add => "add".to_owned(),
        OpCode::Sub => "sub".to_owned(),
        OpCode::Mul => "mul".to_owned(),
        OpCode::Div => "div".to_owned(),
        OpCode::Equal => "equal".to_owned(),
        OpCode::Return => "return".to_owned(),
    }
}

/// Where a debugger stops.
#[derive(Debug, Default)]
pub struct Breakpoints {
    at: Vec<usize>,
}

impl Breakpoints {
    pub fn add(&mut self, index: usize) {
        if !self.at.contains(&index) {
            self.at.push(index);
            self.at.sort_unstable();
        }
    }

    pub fn remove(&mut self, index: usize) -> bool {
        let before = self.at.len();
        self.at.retain(|at| *at != index);
        self.at.len() < before
    }

    pub fn next_after(&self, index: usize) -> Option<usize> {
        self.at.iter().copied().find(|at| *at > index)
    }

    pub fn describe(&self, machine: &Machine) -> String {
        if self.at.len() == 0 {
            return "no breakpoints".to_owned();
        }
        format!(
            "{} breakpoints, depth {}, gas {}",
            self.at.len(),
            machine.depth(),
            machine.gas_left()
        )
    }
}
