//! Portcullis stands at the end of a pipeline: it reads the reports that other tools wrote, holds
//! them to a policy, and answers whether a change may pass. No evidence is never a pass.
//!
//! Data flows one way: files → facts → checks → verdict → bytes. The modules stand here in that
//! order; each imports only from those below it.

pub mod cli;

// The mechanism.
pub mod collect;

pub mod evaluate;

pub mod record;

pub mod subject;

pub mod ci;

pub mod policy;

// The lists.
pub mod formats;
pub mod gates;

pub mod outputs;

// The vocabularies.
pub mod diff;

mod git;

pub mod facts;

pub mod verdict;

pub mod units;

mod toml_tree;

pub mod diagnostic;

pub mod input;

pub mod text;
