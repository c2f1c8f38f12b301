//! TOML as a tree in which everything knows where it was written.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Origin, SourceFile};

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// The value.
    pub(crate) value: Value,
    /// Where the value is written.
    pub(crate) origin: Origin,
    /// Where its key is written, if it has one.
    pub(crate) key: Option<Origin>,
}

/// A value of TOML.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Table(BTreeMap<String, Node>),
    Array(Vec<Node>),
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// As it is written: `2027-02-28`.
    Datetime(String),
}

impl Node {
    /// Reads a file as far as it can be read; every mistake is noted. What could not be read is left out.
    pub(crate) fn parse(file: &Arc<SourceFile>, mistakes: &mut Vec<Diagnostic>) -> Self {
        let (root, errors) = DeTable::parse_recoverable(&file.text);
        for error in errors {
            let origin = error.span().map(|span| Origin { file: Arc::clone(file), span });
            let help = "see https://toml.io for the syntax; a date is written 2027-02-28";
            mistakes.push(Diagnostic::error(error.message(), origin).help(help));
        }
        let value = table(root.get_ref(), file, mistakes);
        Self { value, origin: Origin { file: Arc::clone(file), span: 0..0 }, key: None }
    }

    /// The entries, if it is a table.
    pub(crate) fn table(&self) -> Option<&BTreeMap<String, Self>> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The entries, if it is a table.
    pub(crate) fn table_mut(&mut self) -> Option<&mut BTreeMap<String, Self>> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The entry of that key, if it is a table that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.table()?.get(key)
    }

    /// What stands at the end of a path of keys.
    pub(crate) fn at<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> Option<&Self> {
        path.into_iter().try_fold(self, |node, key| node.get(key))
    }

    /// Takes the entry of that key out.
    pub(crate) fn take(&mut self, key: &str) -> Option<Self> {
        self.table_mut()?.remove(key)
    }

    /// Whether both say the same, wherever they are written.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Table(a), Value::Table(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && a.says_the_same(b))
            }
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_the_same(b))
            }
            (a, b) => a == b,
        }
    }

    /// Puts an entry into a table; anything else stays as it is.
    pub(crate) fn insert(&mut self, key: &str, node: Self) {
        if let Some(table) = self.table_mut() {
            table.insert(key.to_owned(), node);
        }
    }

    /// The elements, if it is an array.
    pub(crate) fn array(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Array(list) => Some(list),
            _ => None,
        }
    }

    /// The text, if it is a string.
    pub(crate) fn string(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a threshold written as a table: in two steps, or a level with the day from which it holds.
    pub(crate) fn is_steps(&self) -> bool {
        let steps = ["fail-below", "warn-below", "fail-above", "warn-above"];
        let dated =
            |(key, node): (&String, &Self)| ["level", "effective"].contains(&key.as_str()) && node.table().is_none();
        self.table()
            .is_some_and(|t| t.keys().any(|k| steps.contains(&k.as_str())) || !t.is_empty() && t.iter().all(dated))
    }

    /// What kind of value it is, for a message.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.value {
            Value::Table(_) => "a table",
            Value::Array(_) => "a list",
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::Datetime(_) => "a date",
        }
    }

    /// Where it begins: its key, or the value itself.
    pub(crate) fn start(&self) -> &Origin {
        self.key.as_ref().unwrap_or(&self.origin)
    }

    /// Takes out the innermost entry that is written at `origin`, and says what its key was; an element
    /// of a list has none. `None`: there is no such entry. A wrong value is first made a word that most
    /// keys accept, so that nothing else seems to be missing, and taken out if that is wrong too.
    pub(crate) fn prune(&mut self, origin: &Origin) -> Option<String> {
        let here = |n: &Self| n.origin == *origin || n.key.as_ref() == Some(origin);
        match &mut self.value {
            Value::Table(table) => {
                if let Some(inner) = table.values_mut().find_map(|n| n.prune(origin)) {
                    return Some(inner);
                }
                let (key, node) = table.iter_mut().find(|(_, n)| here(n))?;
                let key = key.clone();
                if node.origin == *origin && node.value != hole() {
                    node.value = hole();
                } else {
                    table.remove(&key);
                }
                Some(key)
            }
            Value::Array(list) => {
                if let Some(inner) = list.iter_mut().find_map(|n| n.prune(origin)) {
                    return Some(inner);
                }
                let at = list.iter().position(here)?;
                list.remove(at);
                Some(String::new())
            }
            _ => None,
        }
    }
}

/// What stands in for a value that is known to be wrong.
fn hole() -> Value {
    Value::String("x".to_owned())
}

fn table(from: &DeTable<'_>, file: &Arc<SourceFile>, mistakes: &mut Vec<Diagnostic>) -> Value {
    let mut out = BTreeMap::new();
    for (key, value) in from {
        if let Some(mut node) = node(value, file, mistakes) {
            node.key = Some(Origin { file: Arc::clone(file), span: key.span() });
            out.insert(key.get_ref().to_string(), node);
        }
    }
    Value::Table(out)
}

fn node(from: &Spanned<DeValue<'_>>, file: &Arc<SourceFile>, mistakes: &mut Vec<Diagnostic>) -> Option<Node> {
    let origin = Origin { file: Arc::clone(file), span: from.span() };
    let mut number = |value: Option<Value>, what: &str| {
        if value.is_none() {
            mistakes.push(Diagnostic::error(what, Some(origin.clone())).help("write a plain number, such as 85 or 0"));
        }
        value
    };
    let value = match from.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(n) => {
            let plain = i64::from_str_radix(n.as_str(), n.radix()).ok().map(Value::Integer);
            number(plain, "the number is too large")?
        }
        DeValue::Float(n) => {
            let plain = n.as_str().parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::Float);
            number(plain, "not a finite number")?
        }
        DeValue::Boolean(b) => Value::Boolean(*b),
        DeValue::Datetime(d) => Value::Datetime(d.to_string()),
        DeValue::Array(list) => Value::Array(list.iter().filter_map(|n| node(n, file, mistakes)).collect()),
        DeValue::Table(t) => table(t, file, mistakes),
    };
    Some(Node { value, origin, key: None })
}
