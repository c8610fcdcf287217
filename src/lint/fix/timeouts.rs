//! Settings of the session that go before a statement.

use super::Fix;
use super::statement::Statement;
use crate::migration::source::Span;

/// `lock_timeout`
pub fn lock(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let scope = if statement.cx.in_transaction() { "SET LOCAL" } else { "SET" };
    Some(Fix { before: vec![format!("{scope} lock_timeout = '2s'")], ..statement.fix() })
}
