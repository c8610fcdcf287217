//! `COMMENT ON`.

use sqlparser::tokenizer::Token;

use super::Read;
use super::cursor::Cursor;
use super::statement::Part;
use crate::ident::Ident;
use crate::migration::change::CommentOn;
use crate::migration::operation::{Operation, SetComment, TableRef};
use crate::migration::source::Located;

/// Reads a comment; nothing when the statement is another one.
pub fn read(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor.span();
    let column = cursor.eat("COMMENT ON COLUMN");
    if !column && !cursor.eat("COMMENT ON TABLE") {
        return on_object(cursor);
    }
    let (table, column) = if column { column_name(&mut cursor)? } else { (cursor.table()?, None) };
    cursor.expect("IS")?;
    let comment = text(&mut cursor)?;
    cursor.finish()?;
    Ok(Some(vec![(Operation::SetComment(SetComment { table, column, comment }), whole)]))
}

/// A comment on anything else; the object stays as it is written.
fn on_object(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor.span();
    if !cursor.eat("COMMENT ON") {
        return Ok(None);
    }
    let object = cursor.until(|at| at.at("IS")).some_text("an object")?;
    cursor.expect("IS")?;
    let comment = text(&mut cursor)?;
    cursor.finish()?;
    Ok(Some(vec![(Operation::CommentOn(CommentOn { object, comment }), whole)]))
}

type ColumnName = (Located<TableRef>, Option<Located<Ident>>);

/// `table.column` or `schema.table.column`.
fn column_name(cursor: &mut Cursor) -> Read<ColumnName> {
    let mut names = vec![cursor.name()?];
    while cursor.eat_token(&Token::Period) {
        names.push(cursor.name()?);
    }
    let (Some(column), Some(name)) = (names.pop(), names.pop()) else {
        return Err(cursor.expected("`.` and a column"));
    };
    let schema = names.pop();
    let span = schema.as_ref().map_or(name.span, |schema| schema.span.to(name.span));
    let table = TableRef { schema: schema.map(|schema| schema.value), name: name.value };
    Ok((Located::new(table, span), Some(column)))
}

/// A string constant in any of its forms, or NULL. Constants on successive lines are one.
pub fn text(cursor: &mut Cursor) -> Read<Option<String>> {
    if cursor.eat("NULL") {
        return Ok(None);
    }
    let mut text: Option<String> = None;
    while let Some(tok) = cursor.first() {
        let part = match &tok.token {
            Token::SingleQuotedString(part)
            | Token::EscapedStringLiteral(part)
            | Token::UnicodeStringLiteral(part) => part,
            Token::DollarQuotedString(part) => &part.value,
            _ => break,
        };
        text.get_or_insert_default().push_str(part);
        cursor.skip(1);
    }
    text.map(Some).ok_or_else(|| cursor.expected("a text or NULL"))
}
