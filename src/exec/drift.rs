//! Whether what a migration made and relies on is still as it was left.

use sqlx::Row;

use super::Runner;
use crate::catalog::{Difference, Extent, Fingerprint};
use crate::db::{CALM, Session, fingerprints, statement};
use crate::error::{Error, Kind, Result};
use crate::plan::Plan;
use crate::state::{Phase, Record, Store, grants_hint};

impl Runner<'_> {
    /// Looks for what somebody else changed since the last stage.
    ///
    /// # Errors
    /// Exit 22 with every difference.
    pub(super) async fn refuse_drift(&mut self, record: &Record, plan: &Plan) -> Result<()> {
        let journal = self.store.steps(&mut self.session.conn, &record.id).await?;
        let ran = |id: &str| journal.iter().any(|row| row.step_id == id && row.status.may_have_run());
        let finishing = record.phase == Phase::Backfilling && plan.finish.iter().any(|step| ran(&step.id));
        let extent = if finishing { Extent::WithoutOwnChanges } else { Extent::All };
        let found = self.differences(record, plan, extent).await?;
        if found.is_empty() { Ok(()) } else { Err(drifted(&record.id, found)) }
    }

    /// A statement fails where somebody changes what it names meanwhile: then the change says more than the server's
    /// words do.
    pub(super) async fn explain_by_drift(&mut self, error: Error, record: &Record, plan: &Plan) -> Error {
        if error.kind != Kind::Failed {
            return error;
        }
        match self.refuse_drift(record, plan).await {
            Err(drift) if drift.kind == Kind::Drift => drift.detail(error.message),
            _ => error,
        }
    }

    /// What is different, about dual writes or about everything else.
    ///
    /// # Errors
    /// Exit 22.
    pub(super) async fn refuse_part(&mut self, record: &Record, plan: &Plan, dual_write: bool) -> Result<()> {
        let mut found = self.differences(record, plan, Extent::All).await?;
        found.retain(|difference| difference.dual_write == dual_write);
        if found.is_empty() { Ok(()) } else { Err(drifted(&record.id, found)) }
    }

    async fn differences(&mut self, record: &Record, plan: &Plan, extent: Extent) -> Result<Vec<Difference>> {
        differences_of(&mut self.session, &self.store, record, plan, extent).await
    }
}

/// Whether dual writes are as expand left them, for who watches a migration from outside its stages.
///
/// # Errors
/// Exit 22.
pub(super) async fn dual_writes_stand(
    session: &mut Session,
    store: &Store,
    record: &Record,
    plan: &Plan,
) -> Result<()> {
    let mut found = differences_of(session, store, record, plan, Extent::WithoutOwnChanges).await?;
    found.retain(|difference| difference.dual_write);
    if found.is_empty() { Ok(()) } else { Err(drifted(&record.id, found)) }
}

async fn differences_of(
    session: &mut Session,
    store: &Store,
    record: &Record,
    plan: &Plan,
    extent: Extent,
) -> Result<Vec<Difference>> {
    match &record.fingerprint {
        Some(was) => differences(session, store, was, plan, extent).await,
        // Expanded by a version that took none.
        None => {
            let mut found = lost_triggers(session, plan).await?;
            if !plan.triggers.is_empty() {
                found.extend(lost_grants(session, store).await?);
            }
            Ok(found)
        }
    }
}

/// Privileges without which every write of the application fails where a trigger converts it.
async fn lost_grants(session: &mut Session, store: &Store) -> Result<Option<Difference>> {
    let missing = store.missing_grants(&mut session.conn).await?.join("; ");
    Ok((!missing.is_empty()).then(|| Difference {
        dual_write: true,
        text: format!(
            "privileges that the application's writes need were taken away; `{missing}` gives them back"
        ),
        cure: Some(missing),
    }))
}

/// A trigger that somebody dropped or disabled has let writes pass that nobody converted.
async fn lost_triggers(session: &mut Session, plan: &Plan) -> Result<Vec<Difference>> {
    let mut lost = Vec::new();
    for trigger in &plan.triggers {
        let sql = "SELECT t.tgenabled = 'A' FROM pg_catalog.pg_trigger t WHERE t.tgrelid = pg_catalog.to_regclass($1) AND t.tgname = $2";
        let found = statement(sql).bind(trigger.table.to_string()).bind(trigger.name.as_str());
        let enabled = found.fetch_optional(&mut session.conn).await?.map(|row| row.get(0));
        let what = match enabled {
            Some(true) => continue,
            Some(false) => "is disabled",
            None => "is gone",
        };
        let text = format!("trigger {} of {} {what}", trigger.name, trigger.table);
        lost.push(Difference { dual_write: true, text, cure: None });
    }
    Ok(lost)
}

/// A migration in flight: what was taken when its last stage ended, its plan, and how much of it can be compared.
pub type Compared<'a> = (&'a Fingerprint, &'a Plan, Extent);

async fn differences(
    session: &mut Session,
    store: &Store,
    was: &Fingerprint,
    plan: &Plan,
    extent: Extent,
) -> Result<Vec<Difference>> {
    Ok(all_differences(session, store, &[(was, plan, extent)]).await?.pop().unwrap_or_default())
}

/// What is different from fingerprints, for each. It is read beside the application, which waits for nothing here; by
/// `status` on a standby as well.
///
/// # Errors
/// The database's; exit 10 while somebody holds a lock that PostgreSQL needs to write an expression.
pub async fn all_differences(
    session: &mut Session,
    store: &Store,
    of: &[Compared<'_>],
) -> Result<Vec<Vec<Difference>>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let begin = format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; {CALM}; SET LOCAL lock_timeout = '5s'; \
         SET LOCAL search_path = pg_catalog"
    );
    session.conn.begin(&begin).await?;
    let plans: Vec<&Plan> = of.iter().map(|(_, plan, _)| *plan).collect();
    let now = fingerprints(&mut session.conn, &plans, store.schema()).await;
    session.rollback().await;
    let lost = lost_grants(session, store).await?;
    let compare = |((was, plan, extent), now): (&Compared<'_>, &Fingerprint)| {
        let mut found = was.differences(now, *extent);
        found.extend(lost.clone().filter(|_| !plan.triggers.is_empty()));
        found
    };
    Ok(of.iter().zip(&now?).map(compare).collect())
}

fn drifted(id: &str, found: Vec<Difference>) -> Error {
    let cures: Vec<String> = found.iter().filter_map(|difference| difference.cure.clone()).collect();
    let hint = if cures.len() == found.len() {
        &grants_hint(&cures)
    } else if found.iter().any(|difference| difference.dual_write) {
        "writes since then may be on one side only: run `midflight rollback`, then `midflight expand` again"
    } else {
        "put it back as it was; or run `midflight rollback`, change what you want, and `midflight expand` again"
    };
    Error::new(Kind::Drift, format!("somebody changed what migration `{id}` relies on"))
        .details(found.into_iter().map(|difference| difference.text))
        .hint(hint)
}
