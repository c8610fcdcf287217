//! `CREATE` and `DROP` of the objects beside tables, and how statements name such objects.

use sqlparser::tokenizer::Token;

use super::Read;
use super::alter_table::cascade;
use super::cursor::Cursor;
use super::lex::lex;
use super::statement::Part;
use crate::ident::Ident;
use crate::migration::object::{CreateObject, DropObject, Naming, ObjectKind, ObjectRef};
use crate::migration::operation::{SqlText, TableRef};
use crate::migration::source::{Located, Source};
use crate::pg::types::Type;

/// Reads a `CREATE` of an object; nothing when the statement is another one, or a form outside the vocabulary.
pub fn create(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor.span();
    if !cursor.eat("CREATE") {
        return Ok(None);
    }
    let or_replace = cursor.eat("OR REPLACE");
    let modifier = cursor;
    let modified = cursor.eat("RECURSIVE") || cursor.eat("CONSTRAINT");
    let Some(kind) = kind(&mut cursor) else { return Ok(None) };
    if or_replace && !kind.is_replaceable() {
        return Err(modifier.expected("VIEW, FUNCTION, PROCEDURE or TRIGGER"));
    }
    if cursor.at("IF NOT EXISTS") && !kind.takes_if_not_exists() {
        return Err(cursor.expected(&format!("the name of a {}", kind.noun())));
    }
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    if cursor.at("AUTHORIZATION") || (kind == ObjectKind::Statistics && (cursor.at("ON") || !named(&cursor)))
    {
        return Ok(None);
    }
    let name = name(&mut cursor, kind)?;
    let mut op = CreateObject { name, or_replace, if_not_exists, ..CreateObject::default() };
    op.modifier = modified.then(|| modifier.first_text());
    if kind.naming() == Naming::Signature {
        op.arguments = Some(arguments(&mut cursor)?);
    }
    if kind == ObjectKind::Trigger {
        op.fires = Some(cursor.until(|at| at.at("ON")).some_text("`BEFORE`, `AFTER` or `INSTEAD OF`")?);
    }
    if kind.naming() == Naming::OnTable {
        cursor.expect("ON")?;
        op.table = Some(cursor.table()?);
    }
    if kind == ObjectKind::Schema && !cursor.is_empty() && !cursor.at("AUTHORIZATION") {
        return Ok(None);
    }
    op.definition = match kind {
        ObjectKind::View | ObjectKind::MaterializedView if !cursor.tokens.iter().any(|tok| tok.is("AS")) => {
            return Err(cursor.expected("`AS` and a query"));
        }
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Trigger => {
            Some(cursor.some_text("the rest of the definition")?)
        }
        _ => cursor.text(),
    };
    Ok(kind.create(op).map(|operation| vec![(operation, whole)]))
}

/// Reads a `DROP` of objects: one operation for each name.
pub fn drop(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor.span();
    if !cursor.eat("DROP") {
        return Ok(None);
    }
    let Some(kind) = kind(&mut cursor) else { return Ok(None) };
    let if_exists = cursor.eat("IF EXISTS");
    let mut found = Vec::new();
    loop {
        let mut op = DropObject { name: name(&mut cursor, kind)?, if_exists, ..DropObject::default() };
        if kind.naming() == Naming::Signature && cursor.at_token(&Token::LParen) {
            op.arguments = Some(arguments(&mut cursor)?);
        }
        if kind.naming() == Naming::OnTable {
            cursor.expect("ON")?;
            op.table = Some(cursor.table()?);
        }
        found.push(op);
        if kind.naming() == Naming::OnTable || !cursor.eat_token(&Token::Comma) {
            break;
        }
    }
    let cascade = cascade(&mut cursor);
    cursor.finish()?;
    let alone = found.len() == 1;
    let part = |op: DropObject| {
        let span = if alone { whole } else { op.name.span };
        kind.drop(DropObject { cascade, ..op }).map(|operation| (operation, span))
    };
    Ok(Some(found.into_iter().filter_map(part).collect()))
}

/// The objects that a text names as `COMMENT ON` and `GRANT … ON` do: `FUNCTION f(int)`, `TRIGGER g ON t`, `a, b`.
/// Nothing for kinds that aren't known.
pub fn objects(written: &str) -> Option<Vec<ObjectRef>> {
    let source = Source::new("", written);
    let lexed = lex(&source.text);
    let mut cursor = Cursor::new(&source, &lexed.tokens);
    let kind = any_kind(&mut cursor).unwrap_or(ObjectKind::Table);
    let mut found = vec![object_here(&mut cursor, kind)?];
    while cursor.eat_token(&Token::Comma) {
        found.push(object_here(&mut cursor, kind)?);
    }
    cursor.finish().ok().map(|()| found)
}

/// The same where it has to be one.
pub fn object(written: &str) -> Option<ObjectRef> {
    objects(written).filter(|found| found.len() == 1).and_then(|mut found| found.pop())
}

fn object_here(cursor: &mut Cursor, kind: ObjectKind) -> Option<ObjectRef> {
    let name = name(cursor, kind).ok()?.value;
    let (mut given, mut table) = (None, None);
    if kind.naming() == Naming::Signature && cursor.at_token(&Token::LParen) {
        given = Some(arguments(cursor).ok()?.into_iter().map(|one| one.value).collect());
    }
    if kind.naming() == Naming::OnTable {
        cursor.expect("ON").ok()?;
        table = Some(cursor.table().ok()?.value);
    }
    Some(ObjectRef { kind, name, arguments: given, table })
}

/// The parts between the commas of a text, up to a parenthesis that closes it.
pub fn list(written: &str) -> Vec<String> {
    let source = Source::new("", written);
    let lexed = lex(&source.text);
    let mut cursor = Cursor::new(&source, &lexed.tokens);
    let end = cursor.until(|at| at.at_token(&Token::RParen));
    end.commas().iter().filter_map(|part| part.text()).map(|part| part.value).collect()
}

/// One argument of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// As `DROP FUNCTION` takes it: without its default.
    pub declared: String,
    /// What its type may be: with the first word, which may be a name, and without it.
    pub types: Vec<String>,
    /// `OUT`: not part of what tells functions apart.
    pub output: bool,
}

impl Argument {
    /// Reads an argument as `CREATE FUNCTION` takes it: `INOUT price numeric DEFAULT 0`.
    pub fn read(written: &str) -> Self {
        let source = Source::new("", written);
        let lexed = lex(&source.text);
        let mut cursor = Cursor::new(&source, &lexed.tokens);
        let mut part = cursor.until(|at| at.at("DEFAULT") || at.at_token(&Token::Eq));
        let text = |part: &Cursor| part.text().map(|text| text.value).unwrap_or_default();
        let declared = text(&part);
        let output = part.at("OUT");
        let _ = part.eat("IN OUT") || ["IN", "OUT", "INOUT", "VARIADIC"].iter().any(|mode| part.eat(mode));
        let mut types = vec![text(&part)];
        if part.tokens.len() > 1 {
            part.skip(1);
            types.push(text(&part));
        }
        Self { declared, types, output }
    }

    /// Its name, if it has one, and its type.
    pub fn name_and_type(&self) -> (Option<Ident>, &str) {
        let whole = self.types.first().map_or("", String::as_str);
        let named = |rest: &&String| rest.starts_with(|c: char| c.is_alphabetic() || "\"_".contains(c));
        let Some(rest) = self.types.get(1).filter(named) else { return (None, whole) };
        let first = whole[..whole.len() - rest.len()].trim_end();
        let long = LONG_TYPES.iter().any(|word| first.eq_ignore_ascii_case(word));
        if long { (None, whole) } else { (Some(Ident::parse(first)), rest) }
    }

    /// Its type by the name that PostgreSQL prints: one type has several, and the argument's name is no part of it.
    pub fn canonical_type(&self) -> String {
        let (_, written) = self.name_and_type();
        let known = Type::parse(written);
        match known.is_built_in() {
            true => format!("{}{}", known.printed(), if known.array { "[]" } else { "" }),
            false => written.to_owned(),
        }
    }
}

/// First words of types that have several.
const LONG_TYPES: &[&str] = &["double", "character", "national", "bit", "timestamp", "time", "interval"];

/// Takes the keywords of a kind that `CREATE` and `DROP` of an object know.
fn kind(cursor: &mut Cursor) -> Option<ObjectKind> {
    let made = |kind: &ObjectKind| kind.create(CreateObject::default()).is_some();
    ObjectKind::ALL.into_iter().filter(made).find(|kind| cursor.eat(kind.keywords()))
}

fn any_kind(cursor: &mut Cursor) -> Option<ObjectKind> {
    ObjectKind::ALL.into_iter().find(|kind| cursor.eat(kind.keywords()))
}

fn name(cursor: &mut Cursor, kind: ObjectKind) -> Read<Located<TableRef>> {
    match kind.naming() {
        Naming::Bare | Naming::OnTable => {
            cursor.name().map(|name| Located::new(TableRef::bare(name.value), name.span))
        }
        Naming::Qualified | Naming::Signature => cursor.table(),
    }
}

fn named(cursor: &Cursor) -> bool {
    !cursor.at_token(&Token::LParen)
}

fn arguments(cursor: &mut Cursor) -> Read<Vec<SqlText>> {
    let inside = cursor.group("arguments in parentheses")?;
    if inside.is_empty() {
        return Ok(Vec::new());
    }
    inside.commas().iter().map(|one| one.some_text("an argument")).collect()
}
