use neo_vm::{OpCode, ScriptBuilder};

/// Turns words such as `push 1 push 2 add` into a script.
pub fn assemble(text: &str) -> Result<Vec<u8>, String> {
    let mut builder = ScriptBuilder::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        builder = match word {
            "push" => builder.push(number(word, words.next())?),
            "jump_if" => builder.jump_if(number(word, words.next())?),
            "drop" => builder.op(OpCode::Drop),
            "dup" => builder.op(OpCode::Dup),
            "swap" => builder.op(OpCode::Swap),
            "add" => builder.op(OpCode::Add),
            "sub" => builder.op(OpCode::Sub),
            "mul" => builder.op(OpCode::Mul),
            "div" => builder.op(OpCode::Div),
            "equal" => builder.op(OpCode::Equal),
            "return" => builder.op(OpCode::Return),
            other => return Err(format!("unknown word {other}")),
        };
    }
    Ok(builder.finish())
}

fn number(word: &str, operand: Option<&str>) -> Result<i64, String> {
    operand
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("{word} needs a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_word() {
        let script = assemble("push 1 dup swap add sub mul div equal drop jump_if 0 return");
        assert_eq!(script.unwrap().len(), 9 + 8 + 9 + 1);
    }

    #[test]
    fn says_what_it_does_not_know() {
        assert_eq!(assemble("push 1 pop").unwrap_err(), "unknown word pop");
        assert_eq!(assemble("push one").unwrap_err(), "push needs a number");
    }
}
