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
    /// Reads a file. All mistakes of its syntax are given at once.
    pub(crate) fn parse(file: &Arc<SourceFile>) -> Result<Self, Vec<Diagnostic>> {
        let (root, errors) = DeTable::parse_recoverable(&file.text);
        if errors.is_empty() {
            let value = table(root.get_ref(), file).map_err(|e| vec![e])?;
            return Ok(Self { value, origin: Origin { file: Arc::clone(file), span: 0..0 }, key: None });
        }
        let shown = |e: &toml::de::Error| {
            let origin = e.span().map(|span| Origin { file: Arc::clone(file), span });
            Diagnostic::error(e.message(), origin).help("see https://toml.io for the syntax")
        };
        Err(errors.iter().map(shown).collect())
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

    /// Whether it is a threshold in two steps.
    pub(crate) fn is_steps(&self) -> bool {
        let known = ["fail-below", "warn-below", "fail-above", "warn-above"];
        self.table().is_some_and(|t| t.keys().any(|k| known.contains(&k.as_str())))
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

    /// Takes out the innermost entry that is written at `origin`. `false`: there is none.
    pub(crate) fn prune(&mut self, origin: &Origin) -> bool {
        let here = |n: &Self| n.origin == *origin || n.key.as_ref() == Some(origin);
        match &mut self.value {
            Value::Table(table) => {
                if table.values_mut().any(|n| n.prune(origin)) {
                    return true;
                }
                let before = table.len();
                table.retain(|_, n| !here(n));
                table.len() < before
            }
            Value::Array(list) => {
                if list.iter_mut().any(|n| n.prune(origin)) {
                    return true;
                }
                let before = list.len();
                list.retain(|n| !here(n));
                list.len() < before
            }
            _ => false,
        }
    }
}

fn table(from: &DeTable<'_>, file: &Arc<SourceFile>) -> Result<Value, Diagnostic> {
    let mut out = BTreeMap::new();
    for (key, value) in from {
        let mut node = node(value, file)?;
        node.key = Some(Origin { file: Arc::clone(file), span: key.span() });
        out.insert(key.get_ref().to_string(), node);
    }
    Ok(Value::Table(out))
}

fn node(from: &Spanned<DeValue<'_>>, file: &Arc<SourceFile>) -> Result<Node, Diagnostic> {
    let origin = Origin { file: Arc::clone(file), span: from.span() };
    let wrong = |what: &str| Diagnostic::error(what, Some(origin.clone()));
    let value = match from.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(n) => {
            let plain = i64::from_str_radix(n.as_str(), n.radix());
            Value::Integer(plain.map_err(|_| wrong("the number is too large"))?)
        }
        DeValue::Float(n) => {
            let plain = n.as_str().parse::<f64>().ok().filter(|n| n.is_finite());
            Value::Float(plain.ok_or_else(|| wrong("not a finite number"))?)
        }
        DeValue::Boolean(b) => Value::Boolean(*b),
        DeValue::Datetime(d) => Value::Datetime(d.to_string()),
        DeValue::Array(list) => Value::Array(list.iter().map(|n| node(n, file)).collect::<Result<_, _>>()?),
        DeValue::Table(t) => table(t, file)?,
    };
    Ok(Node { value, origin, key: None })
}
