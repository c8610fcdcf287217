//! What a statement outside the vocabulary does to what the linter knows: transactions, session settings, and
//! objects that it makes.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::ident::Ident;
use crate::migration::operation::TableRef;

/// The part of a statement's meaning that later findings depend on.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// `BEGIN`
    Begin,
    /// `COMMIT`, with `AND CHAIN`
    Commit(bool),
    /// `ROLLBACK`, with `AND CHAIN`
    Rollback(bool),
    /// `SAVEPOINT`
    Savepoint(Ident),
    /// `ROLLBACK TO`
    RollbackTo(Ident),
    /// `SET search_path`: the schema that unqualified names get from here on.
    SearchPath(Ident),
    /// `SET timezone`, true for UTC.
    TimeZone(bool),
    /// `CREATE TABLE … AS`, `CREATE MATERIALIZED VIEW`, `SELECT … INTO` and the like.
    CreateRelation {
        /// What it makes.
        name: TableRef,
        /// `TEMP`
        temporary: bool,
        /// `IF NOT EXISTS`
        if_not_exists: bool,
    },
    /// `CREATE VIEW`
    CreateView(TableRef),
    /// `DROP` of a materialised view.
    DropRelation(TableRef),
    /// `DETACH PARTITION`
    Detach(TableRef),
    /// `ADD CONSTRAINT … NOT NULL column` (PostgreSQL 18)
    AddNotNull {
        /// The table.
        table: TableRef,
        /// The column.
        column: Ident,
        /// The constraint's name.
        name: Option<Ident>,
        /// `NOT VALID`
        not_valid: bool,
    },
    /// `CREATE DOMAIN`
    CreateDomain {
        /// Its name.
        name: Ident,
        /// The type below it.
        base: String,
        /// Whether it has `CHECK` or `NOT NULL`.
        constrained: bool,
    },
    /// `CREATE TYPE`: nothing casts to it for free.
    CreateType(Ident),
    /// `CREATE FUNCTION`
    CreateFunction {
        /// Its name.
        name: Ident,
        /// Neither `IMMUTABLE` nor `STABLE`.
        volatile: bool,
    },
}

/// A token that matters: a word or a sign.
#[derive(Debug, Clone, PartialEq)]
enum Bit {
    Word { upper: String, ident: Ident },
    Other(String),
}

struct Bits {
    list: Vec<Bit>,
    at: usize,
}

/// Reads the effect of a statement, if it has one.
pub fn effect(sql: &str) -> Option<Effect> {
    let mut bits = Bits::new(sql);
    match bits.word()?.as_str() {
        "BEGIN" => Some(Effect::Begin),
        "START" => bits.eat("TRANSACTION").then_some(Effect::Begin),
        "COMMIT" | "END" => Some(Effect::Commit(bits.chains())),
        "ABORT" => Some(Effect::Rollback(bits.chains())),
        "ROLLBACK" => {
            let _ = bits.eat("WORK") || bits.eat("TRANSACTION");
            if !bits.eat("TO") {
                return Some(Effect::Rollback(bits.chains()));
            }
            bits.eat("SAVEPOINT");
            bits.name().map(|name| Effect::RollbackTo(name.name))
        }
        "SAVEPOINT" => bits.name().map(|name| Effect::Savepoint(name.name)),
        "SET" => setting(&mut bits),
        "CREATE" => creation(&mut bits),
        "DROP" if bits.eat("MATERIALIZED") && bits.eat("VIEW") => {
            let _ = bits.eat("IF") && bits.eat("EXISTS");
            bits.name().map(Effect::DropRelation)
        }
        "ALTER" if bits.eat("TABLE") => alteration(&mut bits),
        "SELECT" | "WITH" if bits.skip_to("INTO") => {
            let temporary = bits.eat("TEMP") || bits.eat("TEMPORARY");
            let _ = bits.eat("UNLOGGED") || bits.eat("TABLE");
            Some(Effect::CreateRelation { name: bits.name()?, temporary, if_not_exists: false })
        }
        _ => None,
    }
}

fn alteration(bits: &mut Bits) -> Option<Effect> {
    let _ = bits.eat("IF") && bits.eat("EXISTS");
    bits.eat("ONLY");
    let table = bits.name()?;
    bits.eat("*");
    if bits.eat("DETACH") {
        return if bits.eat("PARTITION") { bits.name().map(Effect::Detach) } else { None };
    }
    if !bits.eat("ADD") {
        return None;
    }
    let name = if bits.eat("CONSTRAINT") { Some(bits.name()?.name) } else { None };
    if !(bits.eat("NOT") && bits.eat("NULL")) {
        return None;
    }
    let column = bits.name()?.name;
    Some(Effect::AddNotNull { table, column, name, not_valid: bits.skip_to("VALID") })
}

fn setting(bits: &mut Bits) -> Option<Effect> {
    let _ = bits.eat("LOCAL") || bits.eat("SESSION");
    if bits.eat("TIME") && bits.eat("ZONE") {
        return Some(Effect::TimeZone(bits.value()?.eq_ignore_ascii_case("utc")));
    }
    let name = bits.word()?;
    let _ = bits.eat("TO") || bits.eat("=");
    match name.as_str() {
        "TIMEZONE" => Some(Effect::TimeZone(bits.value()?.eq_ignore_ascii_case("utc"))),
        "SEARCH_PATH" => loop {
            let schema = bits.value()?;
            if schema != "$user" && schema != "pg_catalog" {
                return (!schema.eq_ignore_ascii_case("default"))
                    .then(|| Effect::SearchPath(Ident::new(schema)));
            }
            bits.eat(",");
        },
        _ => None,
    }
}

fn creation(bits: &mut Bits) -> Option<Effect> {
    let _ = bits.eat("OR") && bits.eat("REPLACE");
    let _ = bits.eat("GLOBAL") || bits.eat("LOCAL");
    let temporary = bits.eat("TEMP") || bits.eat("TEMPORARY");
    let _ = bits.eat("UNLOGGED") || bits.eat("RECURSIVE") || bits.eat("FOREIGN");
    match bits.word()?.as_str() {
        "TABLE" => bits.relation(temporary),
        "MATERIALIZED" => {
            bits.eat("VIEW");
            bits.relation(false)
        }
        "VIEW" => bits.name().map(Effect::CreateView),
        "DOMAIN" => {
            let name = bits.name()?.name;
            bits.eat("AS");
            let (mut base, mut constrained, mut done) = (String::new(), false, false);
            for bit in &bits.list[bits.at..] {
                let text = bit.text();
                constrained |= matches!(text, "CHECK" | "NOT");
                done |= matches!(text, "COLLATE" | "DEFAULT" | "CONSTRAINT" | "NOT" | "NULL" | "CHECK");
                if !done {
                    base.push_str(text);
                    base.push_str(if matches!(bit, Bit::Word { .. }) { " " } else { "" });
                }
            }
            Some(Effect::CreateDomain { name, base, constrained })
        }
        "TYPE" => bits.name().map(|name| Effect::CreateType(name.name)),
        "FUNCTION" => {
            let name = bits.name()?.name;
            let declared = |word: &str| bits.list.iter().any(|bit| bit.text() == word);
            Some(Effect::CreateFunction { name, volatile: !declared("IMMUTABLE") && !declared("STABLE") })
        }
        _ => None,
    }
}

impl Bits {
    fn new(sql: &str) -> Self {
        let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize().unwrap_or_default();
        let list = tokens
            .into_iter()
            .filter_map(|token| match token {
                Token::Whitespace(_) => None,
                Token::Word(word) if word.quote_style.is_some() => {
                    Some(Bit::Word { upper: String::new(), ident: Ident::new(word.value) })
                }
                Token::Word(word) => Some(Bit::Word {
                    upper: word.value.to_uppercase(),
                    ident: Ident::new(word.value.to_lowercase()),
                }),
                Token::SingleQuotedString(text) => {
                    Some(Bit::Word { upper: String::new(), ident: Ident::new(text) })
                }
                other => Some(Bit::Other(other.to_string())),
            })
            .collect();
        Self { list, at: 0 }
    }

    fn word(&mut self) -> Option<String> {
        match self.list.get(self.at)? {
            Bit::Word { upper, .. } => {
                self.at += 1;
                Some(upper.clone())
            }
            Bit::Other(_) => None,
        }
    }

    fn value(&mut self) -> Option<String> {
        match self.list.get(self.at)? {
            Bit::Word { ident, .. } => {
                self.at += 1;
                Some(ident.as_str().to_owned())
            }
            Bit::Other(_) => None,
        }
    }

    fn eat(&mut self, text: &str) -> bool {
        let hit = self.list.get(self.at).is_some_and(|bit| bit.text() == text);
        self.at += usize::from(hit);
        hit
    }

    fn skip_to(&mut self, text: &str) -> bool {
        match self.list[self.at..].iter().position(|bit| bit.text() == text) {
            Some(offset) => {
                self.at += offset + 1;
                true
            }
            None => false,
        }
    }

    fn chains(&mut self) -> bool {
        self.skip_to("AND") && self.eat("CHAIN")
    }

    fn name(&mut self) -> Option<TableRef> {
        let first = Ident::new(self.value()?);
        if !self.eat(".") {
            return Some(TableRef::bare(first));
        }
        Some(TableRef { schema: Some(first), name: Ident::new(self.value()?) })
    }

    fn relation(&mut self, temporary: bool) -> Option<Effect> {
        let if_not_exists = self.eat("IF") && self.eat("NOT") && self.eat("EXISTS");
        Some(Effect::CreateRelation { name: self.name()?, temporary, if_not_exists })
    }
}

impl Bit {
    fn text(&self) -> &str {
        match self {
            Self::Word { upper, .. } => upper,
            Self::Other(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_effects() {
        let table = |name: &str| TableRef::bare(Ident::new(name));
        let made = |name: &str, temporary, if_not_exists| {
            Some(Effect::CreateRelation { name: table(name), temporary, if_not_exists })
        };
        assert_eq!(effect("BEGIN ISOLATION LEVEL SERIALIZABLE"), Some(Effect::Begin));
        assert_eq!(effect("commit and chain"), Some(Effect::Commit(true)));
        assert_eq!(effect("ROLLBACK TO SAVEPOINT A"), Some(Effect::RollbackTo(Ident::new("a"))));
        assert_eq!(effect("ROLLBACK WORK"), Some(Effect::Rollback(false)));
        assert_eq!(
            effect("SET LOCAL search_path TO \"$user\", shop"),
            Some(Effect::SearchPath(Ident::new("shop")))
        );
        assert_eq!(effect("SET search_path = 'shop', public"), Some(Effect::SearchPath(Ident::new("shop"))));
        assert_eq!(effect("SET TIME ZONE 'UTC'"), Some(Effect::TimeZone(true)));
        assert_eq!(effect("CREATE TEMP TABLE x AS SELECT 1"), made("x", true, false));
        assert_eq!(
            effect("CREATE MATERIALIZED VIEW IF NOT EXISTS \"M\" AS SELECT 1"),
            made("M", false, true)
        );
        assert_eq!(effect("SELECT 1 INTO TEMP TABLE y FROM z"), made("y", true, false));
        assert_eq!(
            effect("ALTER TABLE ONLY t ADD CONSTRAINT nn NOT NULL \"A\" NOT VALID"),
            Some(Effect::AddNotNull {
                table: table("t"),
                column: Ident::new("A"),
                name: Some(Ident::new("nn")),
                not_valid: true
            })
        );
        assert_eq!(effect("ALTER TABLE p DETACH PARTITION c"), Some(Effect::Detach(table("c"))));
        assert_eq!(
            effect("CREATE DOMAIN email AS varchar(50) CHECK (value <> '')"),
            Some(Effect::CreateDomain {
                name: Ident::new("email"),
                base: "VARCHAR (50)".to_owned(),
                constrained: true
            })
        );
        let function = |sql| matches!(effect(sql), Some(Effect::CreateFunction { volatile: true, .. }));
        assert!(function("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ select 1 -- STABLE $$"));
        assert!(!function("CREATE OR REPLACE FUNCTION f() RETURNS int STABLE LANGUAGE sql AS 'select 1'"));
    }
}
