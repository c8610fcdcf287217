//! What has to hold before contract: there is no way back from it.

use std::time::Duration;

use super::{Condition, Event, Overrides, Runner, gates};
use crate::error::{Error, Kind, Result};
use crate::plan::Plan;
use crate::state::{Audit, Record};

impl Runner<'_> {
    /// Looks at every condition, so that one answer tells all that is in the way.
    ///
    /// # Errors
    /// Exit 4 with what to wait for, exit 22 when triggers or catalog are not as they were left.
    pub(super) async fn contract_conditions(
        &mut self,
        record: &Record,
        plan: &Plan,
        overrides: &Overrides,
    ) -> Result<()> {
        let mut unmet = Vec::new();
        for condition in Condition::ALL {
            // Where nothing is removed, nobody can miss it.
            if record.is_complete() && condition.guards_removal() {
                continue;
            }
            let Err(error) = self.holds(condition, record, plan).await else { continue };
            // what could not be asked was not answered
            if !matches!(error.kind, Kind::NotYet | Kind::Drift) {
                return Err(error);
            }
            match overrides.reason(condition)? {
                Some(reason) => self.override_once(record, condition, &error, reason).await?,
                None => unmet.push((condition, error)),
            }
        }
        if unmet.is_empty() { Ok(()) } else { Err(all_of(&record.id, unmet)) }
    }

    async fn holds(&mut self, condition: Condition, record: &Record, plan: &Plan) -> Result<()> {
        match condition {
            Condition::Verified => verified(record),
            Condition::NewRelease => self.by_another_release(record).await,
            Condition::MinSoak => self.expanded_long_enough(record).await,
            Condition::Soaked => self.soaked(record).await,
            Condition::Quiet => self.quiet(record).await,
            Condition::Gates => gates::check(&mut self.session, &self.settings.gates).await,
            Condition::Fleet => self.whole_group_passed(record).await,
            Condition::Triggers => self.refuse_part(record, plan, true).await,
            Condition::Catalog => self.refuse_part(record, plan, false).await,
        }
    }

    async fn override_once(
        &mut self,
        record: &Record,
        condition: Condition,
        error: &Error,
        reason: &str,
    ) -> Result<()> {
        let release = self.release.clone();
        let entry = Audit {
            migration: Some(&record.id),
            release: release.as_deref(),
            what: "override",
            detail: serde_json::json!({
                "condition": condition.name(), "found": error.message, "because": reason,
            }),
            ..Audit::default()
        };
        self.store.audit(&mut self.session.conn, &entry).await?;
        self.emit(&Event::Note(format!("{}; overridden: {reason}", error.message)));
        Ok(())
    }

    /// Another release than the one that expanded it; it knows the new side, and so does the one that runs until now.
    /// Whoever is switched back to does not, and after that nobody who runs does, however many releases were built since.
    async fn by_another_release(&mut self, record: &Record) -> Result<()> {
        let (Some(by), Some(release)) = (&record.expand_release, &self.release) else { return Ok(()) };
        if !self.settings.contract.new_release {
            return Ok(());
        }
        if by == release {
            let message =
                format!("release `{release}` expanded migration `{}` and can't contract it", record.id);
            return Err(Error::new(Kind::NotYet, message)
                .hint("the old release may still run beside it; contract with the next release"));
        }
        let releases = self.store.releases(&mut self.session.conn).await?;
        if !releases.knows(release, by) {
            let message =
                format!("release `{release}` is older than `{by}`, which expanded migration `{}`", record.id);
            return Err(Error::new(Kind::NotYet, message).hint(
                "it comes back and uses what contract removes; contract with a release that is newer",
            ));
        }
        match releases.before(release) {
            Some(running) if !releases.knows(running, by) => {
                let message = format!(
                    "release `{running}`, which runs until now, is older than `{by}`, which expanded migration `{}`",
                    record.id
                );
                Err(Error::new(Kind::NotYet, message)
                    .hint("it still uses what contract removes; contract with the release after this one"))
            }
            _ => Ok(()),
        }
    }

    async fn expanded_long_enough(&mut self, record: &Record) -> Result<()> {
        let soak = self.settings.contract.min_soak.0;
        let expanded = self.store.expanded_for(&mut self.session.conn, &record.id).await?;
        if expanded >= soak {
            return Ok(());
        }
        let left = humantime::format_duration(Duration::from_secs((soak - expanded).as_secs() + 1));
        let message =
            format!("migration `{}` has not been expanded for long enough: {left} to go", record.id);
        Err(Error::new(Kind::NotYet, message).hint("`contract.min_soak` says how long"))
    }

    async fn soaked(&mut self, record: &Record) -> Result<()> {
        let wanted = self.settings.contract.require_soak;
        if wanted.0.is_zero() || self.store.soaked_for(&mut self.session.conn, &record.id).await? >= wanted.0
        {
            return Ok(());
        }
        let message =
            format!("migration `{}` has not passed a soak of {wanted} since it was expanded", record.id);
        let command = format!("midflight soak {} --for '{wanted}'", record.id);
        Err(Error::new(Kind::NotYet, message)
            .hint(format!("run `{command}`; `contract.require_soak` asks for it")))
    }

    /// Silence on the old side, as far as it can be told: counted are writes to a column that has another name in the
    /// new release.
    async fn quiet(&mut self, record: &Record) -> Result<()> {
        let wanted = self.settings.contract.require_quiet.0;
        if wanted.is_zero() {
            return Ok(());
        }
        let writes = self.store.old_writes(&mut self.session.conn, &[record], true).await?;
        let Some(age) = self.store.quiet_for(&mut self.session.conn, &record.id).await? else {
            return Ok(());
        };
        if age >= wanted {
            return Ok(());
        }
        let writes = writes.get(&record.id).cloned().unwrap_or_default();
        let message = format!(
            "the old release still writes: {} writes since expand, the last seen {} s ago",
            writes.writes,
            age.as_secs()
        );
        Err(Error::new(Kind::NotYet, message).hint(
            "retire the old release first; `contract.require_quiet` says how long its side has to be silent",
        ))
    }
}

impl Runner<'_> {
    /// A fleet contracts a group together. Nobody else contracts in one of its targets.
    async fn whole_group_passed(&mut self, record: &Record) -> Result<()> {
        let id = &record.id;
        let member = self.store.member(&mut self.session.conn).await?;
        let ours = self
            .settings
            .fleet
            .as_ref()
            .filter(|fleet| member.as_ref().is_none_or(|member| member.fleet == fleet.fleet));
        let Some(fleet) = ours else {
            let Some(member) = member else { return Ok(()) };
            let message = format!(
                "this is a target of the fleet `{}`, group `{}`: `midflight fleet` contracts migration `{id}` once the whole group has passed",
                member.fleet, member.group
            );
            return Err(Error::new(Kind::NotYet, message).hint(
                "run `midflight fleet contract`; a target that has left for good is released by `midflight init --leave-fleet --because REASON`",
            ));
        };
        if fleet.passed.contains(id) {
            return Ok(());
        }
        let message = format!(
            "migration `{id}` has not passed in every target of group `{}` of the fleet",
            fleet.group
        );
        let behind = fleet.behind.get(id).map(|behind| format!("behind: {behind}"));
        Err(Error::new(Kind::NotYet, message)
            .details(behind)
            .hint("`midflight fleet status` shows where each target stands"))
    }
}

fn verified(record: &Record) -> Result<()> {
    if record.verified {
        return Ok(());
    }
    Err(Error::new(Kind::NotYet, format!("migration `{}` is not verified", record.id))
        .details(record.error.clone())
        .hint(format!("run `midflight verify {}`", record.id)))
}

/// One error of all that is in the way. Drift weighs more than being told to wait.
fn all_of(id: &str, unmet: Vec<(Condition, Error)>) -> Error {
    let names = unmet.iter().map(|(condition, _)| condition.name()).collect::<Vec<_>>().join(", ");
    let mut errors = unmet.into_iter().map(|(_, error)| error).collect::<Vec<_>>();
    if errors.len() == 1
        && let Some(only) = errors.pop()
    {
        return only.detail(format!("condition: {names}"));
    }
    let kind = if errors.iter().any(|error| error.kind == Kind::Drift) { Kind::Drift } else { Kind::NotYet };
    let details = errors.into_iter().flat_map(|error| std::iter::once(error.message).chain(error.details));
    Error::new(kind, format!("migration `{id}` can't be contracted yet: {names}"))
        .details(details)
        .hint("run the same command again when they hold; `--override CONDITION --because REASON` goes on without one")
}
