//! The wording of a directive.

use sqlparser::tokenizer::Token;

use super::{Directive, Phase, Says, foreign};
use crate::error::{Error, Result};
use crate::migration::operation::{Allow, Expr, Name, UserTriggers};
use crate::migration::source::{Located, Source, Span};
use crate::migration::sql::Read;
use crate::migration::sql::cursor::Cursor;
use crate::migration::sql::lex::lex;
use crate::migration::sql::statement::balanced;
use crate::text::nearest;

const WORDS: [&str; 8] =
    ["reverse", "up", "phase", "allow", "allow-file", "nulls", "triggers", "version_schemas"];

/// Reads a comment; nothing when it is an ordinary one.
pub fn directive(source: &Source, comment: Span) -> Result<Option<Directive>> {
    let Some(body) = body(source, comment) else {
        let foreign = foreign::allowed(source, comment);
        return if foreign.is_some() { Ok(foreign) } else { slip(source, comment) };
    };
    let line = source.position(comment.start);
    let before = source.byte_at(crate::migration::source::Position { column: 1, ..line });
    if !source.slice(Span::new(before, comment.start)).trim().is_empty() {
        let error = Error::usage("a directive stands on a line of its own").at(source, comment);
        return Err(error.hint("write it directly above the statement it is about"));
    }
    let (word, rest) = next_word(source, body);
    let says = match source.slice(word) {
        "reverse" => {
            let (column, expr) = assigned(source, rest, "reverse", "reverse COLUMN = EXPR` on one line")?;
            Says::Reverse { column, expr }
        }
        "up" => {
            let (column, expr) = assigned(source, rest, "up", "up COLUMN = EXPR` on one line")?;
            Says::Up { column, expr }
        }
        "phase" => phase(source, rest)?,
        "allow" => Says::Allow(allow(source, rest)?),
        "allow-file" => Says::AllowFile(allow(source, rest)?),
        "nulls" => nulls(source, rest)?,
        "triggers" => triggers(source, rest)?,
        "version_schemas" => version_schema(source, rest)?,
        other => return Err(unknown(source, word, other)),
    };
    Ok(Some(Directive { span: comment, says }))
}

/// A comment that is a directive but for its first word: read as an ordinary one it would be without effect, in silence.
fn slip(source: &Source, comment: Span) -> Result<Option<Directive>> {
    let text = source.slice(comment).trim_start_matches('-').trim_start();
    let mut words = text.split_whitespace();
    let mark = words.next().unwrap_or_default();
    let meant = nearest(mark.trim_end_matches(':'), ["midflight"]).is_some();
    let says = match words.next() {
        Some("triggers") => matches!(words.next(), Some("fire" | "skip")),
        Some("phase") => matches!(words.next(), Some("expand" | "backfill" | "contract")),
        Some("allow" | "allow-file") => words.any(|word| word == "because"),
        Some("reverse" | "up") => words.nth(1) == Some("="),
        Some("nulls") => words.nth(1) == Some("written"),
        _ => false,
    };
    if !(meant && says) {
        return Ok(None);
    }
    let start = comment.end - text.len();
    Err(Error::usage(format!("a directive begins with `midflight:`, not with `{mark}`"))
        .at(source, Span::new(start, start + mark.len()))
        .hint("write `-- midflight: …`; other comments may say anything else"))
}

/// The directive without its outer spaces and dashes, so that its layout doesn't count.
pub fn normal(source: &Source, comment: Span) -> String {
    let body = body(source, comment).map(|body| source.slice(body)).unwrap_or_default();
    let tokens = lex(body).tokens;
    tokens.iter().map(|tok| &body[tok.span.range()]).collect::<Vec<_>>().join(" ")
}

/// What follows `midflight:`, without the spaces around it.
fn body(source: &Source, comment: Span) -> Option<Span> {
    let text = source.slice(comment).strip_prefix("--")?.trim_start_matches('-').trim_start();
    let (mark, rest) = text.split_at_checked("midflight:".len())?;
    mark.eq_ignore_ascii_case("midflight:")
        .then(|| trimmed(source, Span::new(comment.end - rest.len(), comment.end)))
}

fn trimmed(source: &Source, span: Span) -> Span {
    let text = source.slice(span);
    let start = span.start + (text.len() - text.trim_start().len());
    Span::new(start, start + text.trim().len())
}

/// The first word, and the rest without the space between.
fn next_word(source: &Source, span: Span) -> (Span, Span) {
    let text = source.slice(span);
    let length = text.find(char::is_whitespace).unwrap_or(text.len());
    let word = Span::new(span.start, span.start + length);
    (word, trimmed(source, Span::new(word.end, span.end)))
}

fn unknown(source: &Source, word: Span, written: &str) -> Error {
    let error = Error::usage(match written {
        "" => "expected a directive after `midflight:`".to_owned(),
        _ => match nearest(written, WORDS) {
            Some(meant) => format!("unknown directive `{written}`; did you mean `{meant}`?"),
            None => format!("unknown directive `{written}`"),
        },
    });
    error.at(source, word).hint(
        "there are `reverse COLUMN = EXPR`, `up COLUMN = EXPR`, `phase expand|backfill|contract`, `triggers fire|skip`, `nulls COLUMN written`, \
         `version_schemas`, `allow RULE, RULE because REASON`, `allow-file RULE because REASON`",
    )
}

/// It takes nothing.
fn version_schema(source: &Source, rest: Span) -> Result<Says> {
    if source.slice(rest).is_empty() {
        return Ok(Says::VersionSchema);
    }
    Err(Error::usage("nothing follows `version_schemas`")
        .at(source, rest)
        .hint("write `-- midflight: version_schemas`: it is about the whole file"))
}

fn phase(source: &Source, rest: Span) -> Result<Says> {
    match source.slice(rest) {
        "expand" => Ok(Says::Phase(Phase::Expand)),
        "backfill" => Ok(Says::Phase(Phase::Backfill)),
        "contract" => Ok(Says::Phase(Phase::Contract)),
        other => Err(Error::usage(match nearest(other, ["expand", "backfill", "contract"]) {
            Some(meant) => format!("unknown phase `{other}`; did you mean `{meant}`?"),
            None => format!("expected `expand`, `backfill` or `contract`, found `{other}`"),
        })
        .at(source, rest)
        .hint("write `-- midflight: phase expand`, `phase backfill` or `phase contract`")),
    }
}

fn triggers(source: &Source, rest: Span) -> Result<Says> {
    let written = source.slice(rest);
    let said = UserTriggers::WORDS.iter().find(|(word, _)| *word == written);
    said.map(|(_, triggers)| Says::Triggers(*triggers)).ok_or_else(|| {
        Error::usage(format!("expected `fire` or `skip`, found `{written}`"))
            .at(source, rest)
            .hint("write `-- midflight: triggers fire` or `-- midflight: triggers skip`")
    })
}

/// `RULE, RULE because REASON`
fn allow(source: &Source, rest: Span) -> Result<Vec<Allow>> {
    const HINT: &str =
        "write `-- midflight: allow RULE because REASON`, or several rules with commas between them";
    let mut rules = Vec::new();
    let mut rest = rest;
    loop {
        let (word, after) = next_word(source, rest);
        let written = source.slice(word);
        let name = written.trim_end_matches(',');
        if name.is_empty() || name == "because" {
            return Err(Error::usage("expected the rule to allow").at(source, word).hint(HINT));
        }
        // `a,b` is two as well.
        let mut start = word.start;
        for one in name.split(',') {
            rules.push(Located::new(one.to_owned(), Span::new(start, start + one.len())));
            start += one.len() + 1;
        }
        rest = after;
        let (next, after_comma) = next_word(source, rest);
        if source.slice(next) == "," {
            rest = after_comma;
        } else if written == name {
            break;
        }
    }
    let names: Vec<&str> = rules.iter().map(|rule| rule.value.as_str()).collect();
    let names = names.join(", ");
    let (because, reason) = next_word(source, rest);
    if source.slice(because) != "because" {
        let message = format!("expected `because` and a reason after `allow {names}`");
        return Err(Error::usage(message).at(source, because).hint(HINT));
    }
    if source.slice(reason).is_empty() {
        let message = format!("`allow {names}` has no reason");
        return Err(Error::usage(message)
            .at(source, because)
            .hint("say after `because` why it is safe here"));
    }
    let reason = source.slice(reason);
    let allow = |rule| Allow { rule, reason: reason.to_owned(), foreign: false };
    Ok(rules.into_iter().map(allow).collect())
}

fn nulls(source: &Source, rest: Span) -> Result<Says> {
    of_column(source, rest, "nulls", "nulls COLUMN written`", |cursor, column| {
        cursor.expect("written")?;
        cursor.finish()?;
        Ok(Says::Nulls(column))
    })
}

/// `COLUMN = EXPR`
fn assigned(source: &Source, rest: Span, word: &str, form: &str) -> Result<(Name, Expr)> {
    of_column(source, rest, word, form, |cursor, column| {
        if !cursor.eat_token(&Token::Eq) {
            return Err(cursor.expected("`=`"));
        }
        balanced(cursor)?;
        let expr = cursor.some_text("an expression")?;
        Ok((column, Expr::new(expr.value, expr.span)))
    })
}

/// A directive that begins with a column.
fn of_column<T>(
    source: &Source,
    rest: Span,
    word: &str,
    form: &str,
    read: impl FnOnce(&mut Cursor<'_>, Name) -> Read<T>,
) -> Result<T> {
    let mut lexed = lex(source.slice(rest));
    for tok in &mut lexed.tokens {
        tok.span = Span::new(rest.start + tok.span.start, rest.start + tok.span.end);
    }
    let wrong = |message: &str, span: Span| {
        Err(Error::usage(format!("in `{word}`: {message}"))
            .at(source, span)
            .hint(format!("write `-- midflight: {form}")))
    };
    if let Some(broken) = &lexed.broken {
        return wrong(&broken.message, Span::new(rest.start + broken.span.start, rest.end));
    }
    let mut cursor = Cursor { end: rest.end, ..Cursor::new(source, &lexed.tokens) };
    let column = match cursor.name() {
        Ok(column) => column,
        Err(fault) => return wrong(&fault.message.replacen("a name", "a column", 1), fault.span),
    };
    read(&mut cursor, column).or_else(|fault| wrong(&fault.message, fault.span))
}
