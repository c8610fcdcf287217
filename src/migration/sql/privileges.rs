//! `GRANT` and `REVOKE` of privileges on objects. Membership in roles belongs to the cluster, not to a schema.

use sqlparser::tokenizer::Token;

use super::Read;
use super::alter_table::cascade;
use super::cursor::Cursor;
use super::statement::Part;
use crate::migration::change::Privileges;
use crate::migration::operation::Operation;

/// Reads a `GRANT` or `REVOKE`; nothing when the statement is another one.
pub fn read(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor.span();
    let grant = cursor.eat("GRANT");
    if !grant && !cursor.eat("REVOKE") {
        return Ok(None);
    }
    let option_for = !grant && cursor.eat("GRANT OPTION FOR");
    let side = if grant { "TO" } else { "FROM" };
    let privileges = cursor.until(|at| at.at("ON") || at.at(side));
    if !cursor.eat("ON") || privileges.is_empty() {
        return Ok(None);
    }
    let on = cursor.until(|at| at.at(side)).some_text("an object")?;
    cursor.expect(side)?;
    let mut roles = vec![role(&mut cursor)?];
    while cursor.eat_token(&Token::Comma) {
        roles.push(role(&mut cursor)?);
    }
    let grant_option = cursor.eat("WITH GRANT OPTION") || option_for;
    if cursor.at("GRANTED BY") {
        return Ok(None);
    }
    let cascade = !grant && cascade(&mut cursor);
    cursor.finish()?;
    let op = Privileges { privileges: privileges.some_text("privileges")?, on, roles, grant_option, cascade };
    Ok(Some(vec![(if grant { Operation::Grant(op) } else { Operation::Revoke(op) }, whole)]))
}

/// `app`, `PUBLIC`, `CURRENT_USER`, `GROUP staff`.
fn role(cursor: &mut Cursor) -> Read<crate::migration::operation::SqlText> {
    let part = cursor.until(|at| {
        ["WITH", "GRANTED", "CASCADE", "RESTRICT"].iter().any(|word| at.at(word))
            || at.at_token(&Token::Comma)
    });
    match part.tokens.len() {
        1 => part.some_text("a role"),
        2 if part.at("GROUP") => part.some_text("a role"),
        _ => Err(part.expected("a role")),
    }
}
