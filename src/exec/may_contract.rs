//! What has to hold before contract: there is no way back from it.

use std::time::Duration;

use super::{Runner, gates};
use crate::error::{Error, Kind, Result};
use crate::plan::Plan;
use crate::state::Record;

impl Runner<'_> {
    /// Checks it all.
    ///
    /// # Errors
    /// Exit 4 with what to wait for, exit 22 when the dual-write trigger is not what was made.
    pub(super) async fn may_contract(&mut self, record: &Record, plan: &Plan) -> Result<()> {
        verified(record)?;
        self.by_another_release(record)?;
        self.soaked(record).await?;
        self.quiet(record).await?;
        gates::check(&mut self.session, &self.settings.gates).await?;
        self.check_triggers(plan).await
    }

    fn by_another_release(&self, record: &Record) -> Result<()> {
        let same = record.expand_release.is_some() && record.expand_release == self.release;
        if !self.settings.contract.new_release || !same {
            return Ok(());
        }
        let release = self.release.as_deref().unwrap_or_default();
        let message = format!("release `{release}` expanded migration `{}` and can't contract it", record.id);
        Err(Error::new(Kind::NotYet, message)
            .hint("the old release may still run beside it; contract with the next release"))
    }

    async fn soaked(&mut self, record: &Record) -> Result<()> {
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

    /// Silence on the old side, as far as it can be told: counted are writes to a column that has another name in the
    /// new release.
    async fn quiet(&mut self, record: &Record) -> Result<()> {
        let wanted = self.settings.contract.require_quiet.0;
        if wanted.is_zero() {
            return Ok(());
        }
        let writes = self.store.old_writes(&mut self.session.conn, record, true).await?;
        let Some(age) = self.store.quiet_for(&mut self.session.conn, &record.id).await? else {
            return Ok(());
        };
        if age >= wanted {
            return Ok(());
        }
        let writes = writes.unwrap_or_default();
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

fn verified(record: &Record) -> Result<()> {
    if record.verified {
        return Ok(());
    }
    Err(Error::new(Kind::NotYet, format!("migration `{}` is not verified", record.id))
        .details(record.error.clone())
        .hint(format!("run `midflight verify {}`", record.id)))
}
