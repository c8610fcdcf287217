//! A name may be quoted, qualified or in capitals, and a keyword in any case: the plan is the same

use std::collections::BTreeSet;

use midflight::migration::expression::{Word, words};

use super::support::database::TestDb;
use super::support::example::Example;
use super::support::program::Program;

/// Words of types and of the grammar that PostgreSQL reads as such only without quotes, among those that the examples
/// write in small letters.
const GRAMMAR: [&str; 20] = [
    "true",
    "false",
    "current_timestamp",
    "trim",
    "extract",
    "greatest",
    "least",
    "bigint",
    "boolean",
    "coalesce",
    "double",
    "integer",
    "int4range",
    "interval",
    "nullif",
    "numeric",
    "precision",
    "smallint",
    "timestamp",
    "varchar",
];

/// The same file in another spelling
#[derive(Debug, Clone, Copy)]
enum Spelling {
    /// Every name in double quotes
    Quoted,
    /// Every relation with its schema
    Qualified,
    /// Names in capitals, keywords in small letters
    Capitals,
}

impl Spelling {
    const ALL: [Self; 3] = [Self::Quoted, Self::Qualified, Self::Capitals];

    /// `relations` are those of the schema `public`.
    fn of(self, sql: &str, relations: &BTreeSet<String>) -> String {
        let (mut out, mut copied) = (String::new(), 0);
        let words = words(sql);
        for (at, word) in words.iter().enumerate() {
            let written = &sql[word.span.range()];
            let before: Vec<&Word> = words[..at].iter().rev().take(2).collect();
            let is_name = !word.quoted && written.chars().all(|c| !c.is_uppercase());
            let changed = match self {
                Self::Quoted if is_name && !GRAMMAR.contains(&written) => format!("\"{written}\""),
                Self::Qualified
                    if is_name
                        && names_relation(word, &before)
                        && relations.contains(written)
                        && !sql[word.span.end..].starts_with('.') =>
                {
                    format!("public.{written}")
                }
                Self::Capitals if is_name => written.to_uppercase(),
                Self::Capitals if !word.quoted => written.to_lowercase(),
                Self::Quoted | Self::Qualified | Self::Capitals => continue,
            };
            out.push_str(&sql[copied..word.span.start]);
            out.push_str(&changed);
            copied = word.span.end;
        }
        out + &sql[copied..]
    }
}

/// Whether a word stands where a relation is named.
fn names_relation(word: &Word, before: &[&Word]) -> bool {
    let keyword = |at: usize, keywords: &[&str]| {
        before.get(at).is_some_and(|word| keywords.iter().any(|keyword| word.is_keyword(keyword)))
    };
    let places = ["table", "on", "into", "references", "from", "join", "view", "sequence", "column"];
    word.qualifiers.is_empty()
        && (keyword(0, &places) || keyword(0, &["index"]) && keyword(1, &["alter", "drop", "on"]))
        // `RENAME COLUMN name`, `ALTER COLUMN name` name no relation
        && !(keyword(0, &["column"]) && keyword(1, &["rename", "alter", "add", "drop"]))
}

/// A plan without what only tells how a name was spelled.
fn normal(plan: &str) -> String {
    plan.to_lowercase().replace("\\\"", "").replace("public.", "")
}

/// What the file gives a name to
fn made(sql: &str) -> Vec<String> {
    let words = words(sql);
    let kinds = ["table", "view", "sequence", "index"];
    let is_made = |pair: &&[Word]| kinds.iter().any(|kind| pair[0].is_keyword(kind)) && !pair[1].quoted;
    words.windows(2).filter(is_made).map(|pair| pair[1].ident.as_str().to_owned()).collect()
}

async fn plan(db: &TestDb, sql: &str) -> Option<String> {
    let program = Program::new(db, &[("1.sql", sql)]);
    let ran = program.exits(&["plan", "--format", "json"], &[0, 2, 23]).await;
    // a word of the grammar that was taken for a name is another statement
    if ran.stdout.contains("PostgreSQL doesn't take this statement") {
        return None;
    }
    assert_eq!(ran.code, 0, "{sql}\n{}", ran.stdout);
    Some(normal(&ran.stdout))
}

#[tokio::test]
async fn every_example_has_one_plan_in_four_spellings() {
    let (mut compared, mut wrong) = (0, Vec::new());
    for name in Example::names() {
        let example = Example::read(&name);
        let db = TestDb::create().await;
        let version: String = db.scalar("SHOW server_version_num").await;
        let known = example.needs.is_none_or(|needs| version.parse::<u32>().unwrap() / 10_000 >= needs);
        if !known || !example.file.ends_with(".sql") {
            continue;
        }
        db.exec(&example.before).await;
        let relations: Vec<String> = db
            .scalar(
                "SELECT coalesce(array_agg(relname::text), '{}') FROM pg_class WHERE relnamespace = 'public'::regnamespace",
            )
            .await;
        let relations: BTreeSet<String> = relations.into_iter().chain(made(&example.migration)).collect();
        let wanted = plan(&db, &example.migration).await.unwrap();
        for spelling in Spelling::ALL {
            let written = spelling.of(&example.migration, &relations);
            // names in quotes and with a schema have no other spelling
            if written == example.migration {
                continue;
            }
            let Some(found) = plan(&db, &written).await else { continue };
            compared += 1;
            if found != wanted {
                wrong.push(format!("{name}, {spelling:?}:\n{written}\n{}", difference(&wanted, &found)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 120, "only {compared} files were compared");
}

/// The lines of two plans that differ
fn difference(wanted: &str, found: &str) -> String {
    let (wanted, found): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), found.lines().collect());
    let lines = wanted.iter().zip(&found).filter(|(wanted, found)| wanted != found);
    lines.map(|(wanted, found)| format!("- {wanted}\n+ {found}\n")).collect()
}
