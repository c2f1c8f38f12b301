//! JSON as a baseline is kept: indented, and one line for each finding. It is a third smaller so, and a difference of
//! two baselines is a list of findings.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

/// A finding stands in a list of a check in the list of the verdict.
const DEEPEST: usize = 4;

/// Writes it.
///
/// # Errors
/// It holds what JSON cannot.
pub(super) fn written(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::new();
    let lines = Lines { pretty: PrettyFormatter::new(), depth: 0 };
    value.serialize(&mut Serializer::with_formatter(&mut out, lines))?;
    Ok(out)
}

struct Lines {
    pretty: PrettyFormatter<'static>,
    /// How many lists and objects are open.
    depth: usize,
}

/// Does as either formatter does, by how deep it is.
macro_rules! either {
    ($self:ident, $depth:expr, $call:ident($($argument:expr),*)) => {
        if $depth <= DEEPEST { $self.pretty.$call($($argument),*) } else { CompactFormatter.$call($($argument),*) }
    };
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.depth += 1;
        either!(self, self.depth, begin_array(writer))
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        let done = either!(self, self.depth, end_array(writer));
        self.depth -= 1;
        done
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        either!(self, self.depth, begin_array_value(writer, first))
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        either!(self, self.depth, end_array_value(writer))
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.depth += 1;
        either!(self, self.depth, begin_object(writer))
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        let done = either!(self, self.depth, end_object(writer));
        self.depth -= 1;
        done
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        either!(self, self.depth, begin_object_key(writer, first))
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        either!(self, self.depth, begin_object_value(writer))
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        either!(self, self.depth, end_object_value(writer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_deep_stands_in_one_line_and_all_of_it_is_there() {
        let value = serde_json::json!({"checks": [{"id": "a", "empty": [], "violations": [{"at": {"b": [1, {}]}}, {"at": null}]}]});
        let text = String::from_utf8(written(&value).unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert!(lines.contains(&r#"{"at":{"b":[1,{}]}},"#) && lines.contains(&r#"{"at":null}"#), "{text}");
        assert!(lines.contains(&"\"id\": \"a\",") && text.contains("\"empty\": []"), "{text}");
    }
}
