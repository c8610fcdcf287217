//! A look at targets: where each stands, without doing anything there.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::secret::SecretUrl;
use super::targets::Target;
use crate::config::Settings;
use crate::db::{Interrupt, Session};
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::state::{Standing, Store};

/// How many databases are looked at side by side: connecting takes both sides longer than the questions.
const AT_ONCE: usize = 16;

/// What a target answered.
pub type Found = Result<Standing>;

/// Looks at targets. Schemas of one database are looked at together, over one connection. Answers are in the targets' order.
pub async fn look(targets: &[&Target], settings: &Settings, interrupt: &Interrupt) -> Vec<Found> {
    let mut databases: BTreeMap<&SecretUrl, Vec<usize>> = BTreeMap::new();
    for (at, target) in targets.iter().enumerate() {
        databases.entry(&target.url).or_default().push(at);
    }
    let mut waiting = databases.into_iter();
    let mut asked = FuturesUnordered::new();
    let mut answers: Vec<Option<Found>> = targets.iter().map(|_| None).collect();
    loop {
        while asked.len() < AT_ONCE
            && let Some((url, members)) = waiting.next()
        {
            let schemas: Vec<&str> = members.iter().map(|at| targets[*at].schema.as_str()).collect();
            asked.push(async move { (members, database(url, schemas, settings, interrupt).await) });
        }
        let Some((members, answer)) = asked.next().await else { break };
        for at in members {
            answers[at] = Some(match &answer {
                Ok(standings) => Ok(standings.get(&targets[at].schema).cloned().unwrap_or_default()),
                Err(error) => Err(error.clone()),
            });
        }
    }
    answers.into_iter().map(|answer| answer.unwrap_or_else(|| Ok(Standing::default()))).collect()
}

/// A look at one.
pub(super) async fn one(target: &Target, settings: &Settings, interrupt: &Interrupt) -> Found {
    let schema = target.schema.as_str();
    let mut found = database(&target.url, vec![schema], settings, interrupt).await?;
    Ok(found.remove(schema).unwrap_or_default())
}

async fn database(
    url: &SecretUrl,
    schemas: Vec<&str>,
    settings: &Settings,
    interrupt: &Interrupt,
) -> Result<BTreeMap<String, Standing>> {
    let answer = async {
        let mut session = Session::connect(url.reveal(), interrupt.clone()).await?;
        let store = Store::new(Ident::new(settings.state_schema.as_str()), settings.schema.as_str());
        store.survey(&mut session.conn, &schemas).await
    };
    answer.await.map_err(|error| scrubbed(error, url))
}

/// An error without the URL's password.
pub(super) fn scrubbed(error: Error, url: &SecretUrl) -> Error {
    Error {
        message: url.scrub(&error.message),
        details: error.details.iter().map(|line| url.scrub(line)).collect(),
        hint: error.hint.map(|hint| url.scrub(&hint)),
        ..error
    }
}
