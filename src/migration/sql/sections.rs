//! Files that hold the way forward and the way back, as goose, dbmate, sql-migrate, tern and node-pg-migrate have them:
//! only the way forward is the migration, as with `*.down.sql`.

use super::lex::{Comment, Lexed};

/// Comments above the way forward, in lower case without blanks.
const UP: &[&str] = &["+gooseup", "+migrateup", "migrate:up", "upmigration"];
/// Comments above the way back.
const DOWN: &[&str] =
    &["+goosedown", "+migratedown", "migrate:down", "createabove/dropbelow", "downmigration"];

/// Takes out the way back.
pub fn keep_up(text: &str, lexed: &mut Lexed) {
    let marks = lexed.comments.iter().filter_map(|comment| Some((comment.span.start, mark(text, comment)?)));
    let marks = marks.collect::<Vec<_>>();
    if !marks.iter().any(|(_, down)| *down) {
        return;
    }
    let is_down =
        |at: usize| marks.iter().rev().find(|(start, _)| *start <= at).is_some_and(|(_, down)| *down);
    lexed.tokens.retain(|tok| !is_down(tok.span.start));
    lexed.comments.retain(|comment| !is_down(comment.span.start));
    lexed.broken = lexed.broken.take().filter(|fault| !is_down(fault.span.start));
}

/// What a comment begins: true for the way back.
fn mark(text: &str, comment: &Comment) -> Option<bool> {
    let said = text.get(comment.span.range())?.trim_matches(|c: char| c == '-' || c.is_whitespace());
    let said = said.to_lowercase().split_whitespace().collect::<String>();
    let options = |rest: &str| ["", "transaction:false", "transaction:true", "notransaction"].contains(&rest);
    let begins = |words: &&&str| said.strip_prefix(**words).is_some_and(options);
    let found = |marks: &[&str]| marks.iter().find(begins).is_some();
    if found(UP) { Some(false) } else { found(DOWN).then_some(true) }
}

#[cfg(test)]
mod tests {
    use crate::migration;
    use crate::migration::source::Source;

    fn statements(text: &str) -> Vec<String> {
        let read = migration::parse(Source::new("x.sql", text)).unwrap();
        read.steps.iter().map(|step| read.source.slice(step.span).to_owned()).collect()
    }

    #[test]
    fn the_way_back_is_not_part_of_the_migration() {
        for text in [
            "-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE t;",
            "-- migrate:up transaction:false\nSELECT 1;\n\n-- migrate:down\nDROP TABLE t;",
            "-- +migrate Down\nDROP TABLE t;\n-- +migrate Up notransaction\nSELECT 1;",
            "SELECT 1;\n---- create above / drop below ----\nDROP TABLE t; SELECT 'unterminated",
            "-- Up Migration\nSELECT 1;\n-- Down Migration\nDROP TABLE t;",
        ] {
            assert_eq!(statements(text), ["SELECT 1"], "{text}");
        }
        assert_eq!(statements("-- scale down\nSELECT 1;\n-- migrate:downstream\nSELECT 2;").len(), 2);
        assert_eq!(statements("SELECT '-- +goose Down';\nSELECT 2;").len(), 2);
    }
}
