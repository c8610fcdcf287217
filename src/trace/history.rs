//! Earlier files, replayed so that later ones find what they made. Nothing is looked at on the way.

use super::statements::{self, Manner};
use super::worker::{Standing, Worker};
use super::{Gap, NotDone, ServerError};
use crate::db::Session;
use crate::error::Result;
use crate::ident::Ident;
use crate::migration::Migration;

/// Runs a file as psql would: each statement alone, and on after an error. Gives the first that failed, and adds what
/// had to be made to `made`.
pub async fn replay(
    worker: &mut Worker,
    migration: &Migration,
    made: &mut Vec<String>,
) -> Result<Option<Gap>> {
    let statements = statements::of(migration);
    let mut gap = None;
    let mut transaction = 0; // the statement that began what is open now
    let mut at = 0;
    while let Some(statement) = statements.get(at) {
        let why = match statement.manner {
            Manner::Never(why) => Some(NotDone::NotRun(why.to_owned())),
            _ => match worker.send(statement.sql).await? {
                Ok(()) => None,
                Err(error) => {
                    if let Some(missing) = Missing::of(&error)
                        && !made.contains(&missing.to_string())
                    {
                        worker.session.run("ROLLBACK").await?;
                        missing.make(&mut worker.session).await?;
                        made.push(missing.to_string());
                        at = transaction;
                        continue;
                    }
                    Some(NotDone::Failed(error))
                }
            },
        };
        gap = gap.or_else(|| {
            why.map(|why| Gap { path: migration.source.path.clone(), span: statement.span, why })
        });
        at += 1;
        if worker.standing().await? == Standing::Idle {
            transaction = at;
        }
    }
    Ok(gap)
}

/// What migrations take for granted because another hand makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// `GRANT … TO`, `OWNER TO`
    Role(Ident),
    /// A schema
    Schema(Ident),
}

impl Missing {
    /// What a statement lacked. The server speaks English: `ephemeral` starts it so.
    pub fn of(error: &ServerError) -> Option<Self> {
        let named = |prefix: &str| {
            let name = error.message.strip_prefix(prefix)?.strip_suffix("\" does not exist")?;
            Some(Ident::new(name))
        };
        match error.sqlstate.as_str() {
            "42704" => named("role \"").map(Self::Role),
            "3F000" => named("schema \"").map(Self::Schema),
            _ => None,
        }
    }

    /// Makes it.
    pub async fn make(&self, session: &mut Session) -> Result<()> {
        session.run(&format!("CREATE {self}")).await?;
        Ok(())
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Role(name) => write!(f, "ROLE {name}"),
            Self::Schema(name) => write!(f, "SCHEMA {name}"),
        }
    }
}
