use neo_vm::{evaluate, Fault, Machine, OpCode, Script, ScriptBuilder};

#[test]
fn counts_down_to_zero() {
    let bytes = ScriptBuilder::new()
        .push(5)
        .push(1)
        .op(OpCode::Sub)
        .op(OpCode::Dup)
        .jump_if(1)
        .finish();
    assert_eq!(evaluate(&bytes, 1_000), Ok(0));
}

#[test]
fn a_machine_keeps_its_stack_between_scripts() {
    let mut machine = Machine::new(100);
    let first = Script::parse(&ScriptBuilder::new().push(20).push(22).finish()).unwrap();
    let second = Script::parse(&ScriptBuilder::new().op(OpCode::Add).finish()).unwrap();
    machine.run(&first).unwrap();
    machine.run(&second).unwrap();
    assert_eq!(machine.top(), Some(42));
    assert_eq!(machine.gas_left(), 90);
}

#[test]
fn products_and_quotients() {
    let bytes = ScriptBuilder::new()
        .push(12)
        .push(7)
        .op(OpCode::Mul)
        .push(2)
        .op(OpCode::Div)
        .push(42)
        .op(OpCode::Equal)
        .op(OpCode::Return)
        .finish();
    assert_eq!(evaluate(&bytes, 1_000), Ok(1));
}

#[test]
fn unknown_bytes_are_refused() {
    let fault = evaluate(&[0xfe], 10).unwrap_err();
    assert_eq!(fault, Fault::UnknownOpCode(0xfe));
    assert_eq!(fault.to_string(), "unknown opcode 0xfe");
}

#[test]
fn gas_is_a_limit() {
    let bytes = ScriptBuilder::new().push(1).push(2).finish();
    assert_eq!(evaluate(&bytes, 1), Err(Fault::OutOfGas));
}
