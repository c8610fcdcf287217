//! What is written of identity columns, and of the options of sequences.

use sqlparser::tokenizer::Token;

use super::Read;
use super::column::taken;
use super::cursor::Cursor;
use super::lex::lex;
use crate::migration::identity::{
    AddIdentity, DropGeneration, Generation, IdentityChange, IdentityClause, OptionKind, SequenceOption,
    SetIdentity,
};
use crate::migration::operation::{Name, Operation, TableRef};
use crate::migration::source::{Located, Source};

/// Reads an action of `ALTER COLUMN` about such columns; nothing when it is another one.
pub fn action(mut cursor: Cursor, table: &Located<TableRef>, column: &Name) -> Read<Option<Operation>> {
    let (table, column) = (table.clone(), column.clone());
    if cursor.eat("ADD GENERATED") {
        let generated = cursor.some_text("`ALWAYS AS IDENTITY` or `BY DEFAULT AS IDENTITY`")?;
        return match clause(cursor)? {
            Some(Generation::Identity(_)) => {
                Ok(Some(Operation::AddIdentity(AddIdentity { table, column, generated })))
            }
            Some(Generation::Computed { .. }) | None => Ok(None),
        };
    }
    for (words, operation) in [
        ("DROP IDENTITY", Operation::DropIdentity as fn(DropGeneration) -> Operation),
        ("DROP EXPRESSION", Operation::DropExpression),
    ] {
        if cursor.eat(words) {
            let if_exists = cursor.eat("IF EXISTS");
            cursor.finish()?;
            return Ok(Some(operation(DropGeneration { table, column, if_exists })));
        }
    }
    match parts(cursor)? {
        Some(_) => {
            let to = cursor.some_text("`SET GENERATED` or an option of the sequence")?;
            Ok(Some(Operation::SetIdentity(SetIdentity { table, column, to })))
        }
        None => Ok(None),
    }
}

/// What follows `GENERATED` in a column definition.
pub fn generation(text: &str) -> Option<Generation> {
    let source = Source::new("", text);
    let lexed = lex(&source.text);
    clause(Cursor::new(&source, &lexed.tokens)).ok()?
}

/// The parts of what an identity column is set to.
pub fn identity_changes(text: &str) -> Option<Vec<IdentityChange>> {
    let source = Source::new("", text);
    let lexed = lex(&source.text);
    parts(Cursor::new(&source, &lexed.tokens)).ok()?
}

/// The options of a sequence; nothing where one of them is unknown.
pub fn sequence_options(text: &str) -> Option<Vec<SequenceOption>> {
    let source = Source::new("", text);
    let lexed = lex(&source.text);
    let mut cursor = Cursor::new(&source, &lexed.tokens);
    let mut options = Vec::new();
    while !cursor.is_empty() {
        options.push(option(&mut cursor).ok()??);
    }
    Some(options)
}

fn clause(mut cursor: Cursor) -> Read<Option<Generation>> {
    let always = cursor.eat("ALWAYS");
    if !always && !cursor.eat("BY DEFAULT") {
        return Ok(None);
    }
    cursor.expect("AS")?;
    if !cursor.eat("IDENTITY") {
        let expression = cursor.group("an expression in parentheses")?.some_text("an expression")?.value;
        return Ok(Some(Generation::Computed { expression, stored: cursor.at("STORED") }));
    }
    let mut clause = IdentityClause { always, sequence: None, options: Vec::new() };
    if cursor.at_token(&Token::LParen) {
        let mut inside = cursor.group("sequence options")?;
        while !inside.is_empty() {
            if inside.eat("SEQUENCE NAME") {
                clause.sequence = Some(inside.table()?.value);
            } else if let Some(option) = option(&mut inside)? {
                clause.options.push(option);
            } else {
                return Err(inside.expected("an option of the sequence"));
            }
        }
    }
    Ok(Some(Generation::Identity(clause)))
}

/// `SET GENERATED …`, `SET option`, `RESTART`, as often as they are written; nothing where another action stands here.
fn parts(mut cursor: Cursor) -> Read<Option<Vec<IdentityChange>>> {
    let mut parts = Vec::new();
    while !cursor.is_empty() {
        let set = cursor.eat("SET");
        if set && cursor.eat("GENERATED") {
            let always = cursor.eat("ALWAYS");
            if !always {
                cursor.expect("BY DEFAULT")?;
            }
            parts.push(IdentityChange::Generated { always });
            continue;
        }
        if !set && !cursor.at("RESTART") {
            return if parts.is_empty() { Ok(None) } else { Err(cursor.expected("`SET` or `RESTART`")) };
        }
        match option(&mut cursor)? {
            Some(option) => parts.push(IdentityChange::Option(option)),
            None => return Ok(None),
        }
    }
    Ok((!parts.is_empty()).then_some(parts))
}

/// One option.
fn option(cursor: &mut Cursor) -> Read<Option<SequenceOption>> {
    let start = *cursor;
    let mut number = None;
    let kind = if cursor.eat("AS") {
        cursor.table()?;
        OptionKind::Type
    } else if cursor.eat("START") {
        cursor.eat("WITH");
        number = Some(whole(cursor)?);
        OptionKind::Start
    } else if cursor.eat("RESTART") {
        if cursor.eat("WITH") || at_number(cursor) {
            number = Some(whole(cursor)?);
        }
        OptionKind::Restart
    } else if cursor.eat("INCREMENT") {
        cursor.eat("BY");
        number = Some(whole(cursor)?);
        OptionKind::Increment
    } else if cursor.eat("MINVALUE") || cursor.eat("MAXVALUE") || cursor.eat("CACHE") {
        number = Some(whole(cursor)?);
        OptionKind::Other
    } else if cursor.eat("OWNED BY") {
        cursor.table()?;
        if cursor.eat_token(&Token::Period) {
            cursor.name()?;
        }
        OptionKind::Other
    } else if ["NO MINVALUE", "NO MAXVALUE", "NO CYCLE", "CYCLE", "LOGGED", "UNLOGGED"]
        .iter()
        .any(|words| cursor.eat(words))
    {
        OptionKind::Other
    } else {
        return Ok(None);
    };
    let text = taken(&start, cursor).map(|text| text.value).unwrap_or_default();
    Ok(Some(SequenceOption { kind, text, number }))
}

fn at_number(cursor: &Cursor) -> bool {
    matches!(cursor.first().map(|tok| &tok.token), Some(Token::Number(..) | Token::Minus | Token::Plus))
}

fn whole(cursor: &mut Cursor) -> Read<i64> {
    let missing = cursor.expected("a whole number");
    let negative = cursor.eat_token(&Token::Minus);
    cursor.eat_token(&Token::Plus);
    let Some(Token::Number(digits, _)) = cursor.first().map(|tok| &tok.token) else { return Err(missing) };
    let sign = if negative { "-" } else { "" };
    let number = format!("{sign}{digits}").parse().map_err(|_| missing)?;
    cursor.skip(1);
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_read_in_parts() {
        let Some(Generation::Identity(clause)) =
            generation("BY DEFAULT AS IDENTITY (SEQUENCE NAME s.\"Q\" INCREMENT BY -5 START -10 CACHE 3)")
        else {
            panic!("not read");
        };
        assert!(!clause.always && clause.descends());
        assert_eq!(clause.start(), -10);
        assert_eq!(clause.sequence.as_ref().unwrap().to_string(), "s.\"Q\"");
        assert_eq!(clause.written_options(), " INCREMENT BY -5 START -10 CACHE 3");
        let computed = Generation::Computed { expression: "a * 2".to_owned(), stored: true };
        assert_eq!(generation("ALWAYS AS (a * 2) STORED"), Some(computed));
    }

    #[test]
    fn changes_of_an_identity_are_read_in_parts() {
        let changes =
            identity_changes("SET GENERATED ALWAYS SET INCREMENT 2 RESTART WITH 7 SET NO CYCLE").unwrap();
        let texts: Vec<&str> = changes
            .iter()
            .map(|change| match change {
                IdentityChange::Generated { always: true } => "always",
                IdentityChange::Generated { always: false } => "by default",
                IdentityChange::Option(option) => option.text.as_str(),
            })
            .collect();
        assert_eq!(texts, ["always", "INCREMENT 2", "RESTART WITH 7", "NO CYCLE"]);
        assert_eq!(identity_changes("SET STORAGE plain"), None);
        assert_eq!(identity_changes("SET STATISTICS 5"), None);
    }
}
