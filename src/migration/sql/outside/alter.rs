//! `ALTER` of objects beside tables.

use sqlparser::tokenizer::Token;

use super::super::cursor::Cursor;
use crate::migration::object::ObjectKind;
use crate::migration::operation::Name;
use crate::migration::statement::{DomainAction, IndexAction, Statement};

pub fn read(mut cursor: Cursor) -> Option<Statement> {
    if rule(&cursor) {
        cursor.until(|at| at.at("TO") || at.at("ON"));
        // `CREATE RULE r AS ON event TO table`, `DROP RULE r ON table`
        if cursor.eat("ON") && cursor.tokens.iter().any(|tok| tok.is("TO")) {
            cursor.until(|at| at.at("TO"));
        }
        cursor.eat("TO");
        return cursor.table().ok().map(Statement::ChangeTrigger);
    }
    if !cursor.eat("ALTER") {
        return None;
    }
    let kind = ObjectKind::ALL.into_iter().find(|kind| cursor.eat(kind.keywords()));
    // `ALTER ROUTINE` reaches functions and procedures
    let kind = kind.or_else(|| cursor.eat("ROUTINE").then_some(ObjectKind::Function))?;
    cursor.eat("IF EXISTS");
    let name = cursor.table().ok()?;
    if cursor.at_token(&Token::LParen) {
        cursor.group("arguments").ok()?;
    }
    let table = if cursor.eat("ON") { Some(cursor.table().ok()?) } else { None };
    if kind == ObjectKind::Policy && !cursor.at("RENAME") {
        return table.map(Statement::ChangeTrigger);
    }
    if cursor.at("RENAME VALUE") || kind == ObjectKind::Domain && cursor.at("RENAME CONSTRAINT") {
        return None;
    }
    if cursor.eat("RENAME") {
        let part = renamed_part(&mut cursor)?;
        cursor.eat("TO");
        return Some(Statement::Rename { kind, name, table, part, to: cursor.name().ok()? });
    }
    if cursor.eat("SET SCHEMA") {
        return Some(Statement::SetSchema { kind, name, to: cursor.name().ok()? });
    }
    match kind {
        ObjectKind::Index => Some(Statement::AlterIndex(name, index(cursor)?)),
        ObjectKind::Domain => Some(Statement::AlterDomain(name, domain(cursor))),
        ObjectKind::Type if cursor.tokens.iter().any(|tok| tok.is("ATTRIBUTE")) => {
            Some(Statement::AlterAttributes {
                type_: name,
                cascade: cursor.tokens.iter().any(|tok| tok.is("CASCADE")),
            })
        }
        ObjectKind::Trigger => table.map(Statement::ChangeTrigger),
        _ => None,
    }
}

/// `RENAME COLUMN a TO b`, `RENAME ATTRIBUTE a TO b`, `RENAME a TO b` of a view; the outer nothing is no name at all.
fn renamed_part(cursor: &mut Cursor) -> Option<Option<Name>> {
    if cursor.at("TO") {
        return Some(None);
    }
    let _ = cursor.eat("COLUMN") || cursor.eat("ATTRIBUTE");
    cursor.name().ok().map(Some)
}

fn rule(cursor: &Cursor) -> bool {
    ["CREATE RULE", "CREATE OR REPLACE RULE", "DROP RULE", "ALTER RULE"].iter().any(|words| cursor.at(words))
}

fn index(mut cursor: Cursor) -> Option<IndexAction> {
    if cursor.eat("ATTACH PARTITION") {
        return cursor.table().ok().map(IndexAction::Attach);
    }
    Some(if cursor.at("SET TABLESPACE") { IndexAction::SetTablespace } else { IndexAction::Other })
}

fn domain(cursor: Cursor) -> DomainAction {
    let not_valid = cursor.tokens.windows(2).any(|pair| pair[0].is("NOT") && pair[1].is("VALID"));
    if cursor.at("ADD") {
        if not_valid { DomainAction::AddNotValid } else { DomainAction::Scans("ADD CONSTRAINT") }
    } else if cursor.at("VALIDATE CONSTRAINT") {
        DomainAction::Scans("VALIDATE CONSTRAINT")
    } else if cursor.at("SET NOT NULL") {
        DomainAction::Scans("SET NOT NULL")
    } else if cursor.at("DROP CONSTRAINT") || cursor.at("DROP NOT NULL") {
        DomainAction::Loosens
    } else {
        DomainAction::Other
    }
}
