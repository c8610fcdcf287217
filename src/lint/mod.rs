//! Findings about migrations, from their text alone: what would lock, rewrite or break what, and the safe way.
//!
//! A rule is one file in `rules`: a static and a function that looks at one step; its words are its page in
//! docs/rules. What earlier statements and files did is in the [`schema::Schema`] that the step meets, what the step
//! itself does to tables in use in its [`impact::Impact`].

pub mod app;
mod baseline;
mod catalogue;
mod check;
mod constraint_names;
mod context;
mod cost;
mod created;
mod estimate;
pub(crate) mod expression;
mod fingerprint;
pub mod fix;
mod foreign_keys;
mod impact;
mod later_files;
mod narrowing;
mod nested_statements;
mod options;
mod page;
mod partition;
mod policy;
pub mod render;
mod report;
mod rule;
pub mod rules;
mod schema;
mod snapshot;
mod suppress;
mod uses;
mod work;
mod wrapping;

pub use baseline::Baseline;
pub use catalogue::{RuleInfo, explain, find, list, nearest};
pub use check::{check, check_against};
pub use context::Context;
pub use estimate::Estimate;
pub use fix::Fix;
pub use options::{Created, Options, Runner, Severity, Transaction};
pub use page::Page;
pub use policy::{Form, Named, Policy};
pub use report::{Allowed, Finding, NotAnalysed, Refused, Report, Summary};
pub use rule::{Check, Class, Problem, Rule};
pub use rules::RULES;
pub use schema::{
    Column, Constraint, ConstraintRule, CreatedIn, Function, Index, Publishes, Relation, Sent, Table,
    TypeInfo, TypeKind,
};
pub use snapshot::{Size, Snapshot};
pub use work::Work;
pub use wrapping::comment as no_transaction_comment;

pub use crate::pg::LockMode as Lock;
use crate::pg::{functions, types};
