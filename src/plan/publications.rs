//! Tables that are sent to subscribers. A subscriber stops at the first row of a table with a column that it lacks, and
//! from then on the publisher keeps what it writes; so nobody's table gets a column before its subscribers have it. Either
//! the file says that they do, or the publication sends a list of columns until contract.

use serde::{Deserialize, Serialize};

use super::Plan;
use super::planner::{Draft, Replaced, ShadowWork, Stays};
use crate::catalog::{Member, Publication, ReplicaIdentity, Table};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, literal};
use crate::migration::expression::Expr;
use crate::migration::operation::{Operation, PUBLISHED_COLUMN, Step};
use crate::migration::source::{Source, Span};

/// What hurts somebody outside the database, so that the file has to say that they are ready.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unaccepted {
    /// What happens.
    pub what: String,
    /// What is needed before, each in a line.
    pub needs: Vec<String>,
    /// What to do then.
    pub hint: String,
    /// Where the migration file asks for it.
    pub start: usize,
    /// The place's end.
    pub end: usize,
}

impl Plan {
    /// Refuses to begin with what the file has to allow first.
    ///
    /// # Errors
    /// Exit 23.
    pub fn refuse_unaccepted(&self, source: &Source) -> Result<()> {
        let Some(first) = self.unaccepted.first() else { return Ok(()) };
        let needs = self.unaccepted.iter().flat_map(|one| one.needs.iter().cloned());
        Err(Error::refused(first.what.clone())
            .at(source, Span::new(first.start, first.end))
            .details(needs)
            .hint(first.hint.clone()))
    }
}

/// The columns that a table gets.
struct NewColumns {
    /// As `ALTER TABLE` takes them: `ADD COLUMN c bigint`.
    actions: Vec<String>,
    /// Whether none is there under its name after contract.
    hidden: bool,
    /// Where the file asks for them.
    span: Span,
}

impl Draft<'_> {
    /// Says what subscribers need, and keeps new columns from them where that can be done.
    ///
    /// # Errors
    /// Exit 23 where what a publication sends can't follow.
    pub(super) fn publish(&mut self) -> Result<Vec<Unaccepted>> {
        self.tell_of_own_tables();
        let mut unaccepted = self.renamed_tables();
        let published = self.first.tables.iter().filter(|(_, table)| !table.publications.is_empty());
        for (name, table) in published {
            self.tell_of_removals(name, table);
            self.tell_of_lost_identity(name, table);
            unaccepted.extend(self.renames_in_lists(name, table));
            let sending: Vec<&Publication> =
                table.publications.iter().filter(|publication| publication.sends_new_columns()).collect();
            let Some(new) = self.new_columns(name).filter(|_| !sending.is_empty()) else { continue };
            let allowed = self.allows(name);
            if !allowed && new.hidden && self.can_list(table, &sending) {
                self.list_columns(name, table, &sending, &new);
                continue;
            }
            self.tell_of_additions(name, &sending, &new);
            let nobody_listens = !self.first.has_subscribers
                && sending.iter().all(|publication| publication.member == Member::Everything);
            if !allowed && !nobody_listens {
                let one = self.unaccepted(name, &sending, &new);
                self.note(format!("expand refuses this file until it allows it: {}", one.hint));
                unaccepted.push(one);
            }
        }
        Ok(unaccepted)
    }

    /// Whether the file says that the subscribers are ready for a table's new columns.
    fn allows(&self, table: &TableName) -> bool {
        let about = |step: &&Step| step.operation.tables().iter().any(|of| self.resolve(of) == *table);
        let mut steps = self.migration.steps.iter().filter(about);
        steps.any(|step| step.allows.iter().any(|allow| allow.rule.value == PUBLISHED_COLUMN))
    }

    fn new_columns(&self, table: &TableName) -> Option<NewColumns> {
        let added =
            self.tries.iter().filter(|one| one.table == *table && one.action.starts_with("ADD COLUMN "));
        let span = added.clone().next().map(|one| Span::new(one.start, one.end)).unwrap_or_default();
        let mut actions: Vec<String> = added.map(|one| one.action.clone()).collect();
        let work = self.dual_writes.get(table);
        for action in work.into_iter().flat_map(|work| &work.add_columns) {
            if !actions.contains(action) {
                actions.push(action.clone());
            }
        }
        let takes_place = |column: &Ident| {
            let mut replaced = work.into_iter().flat_map(|work| &work.replaced);
            replaced.any(|one| one.physical == *column && one.last != *column)
        };
        let mut visible =
            self.added_columns.iter().filter(|(of, column)| of == table && !takes_place(column));
        (!actions.is_empty()).then(|| NewColumns { hidden: visible.next().is_none(), actions, span })
    }

    /// Whether each of these publications can send a list of columns. With it the columns of the replica identity have to be
    /// sent, and with FULL PostgreSQL takes no list at all.
    fn can_list(&self, table: &Table, sending: &[&Publication]) -> bool {
        let whole = table.identity == ReplicaIdentity::Full;
        self.server_major() >= 15
            && table.owned
            && table.partitioning.is_none()
            && table.columns.iter().all(|column| column.generated.is_none())
            && sending.iter().all(|publication| {
                publication.can_be_listed_again() && !(whole && (publication.updates || publication.deletes))
            })
    }

    /// Until contract the publications send the columns that are there now.
    fn list_columns(&mut self, name: &TableName, table: &Table, sending: &[&Publication], new: &NewColumns) {
        let columns: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
        let work = self.dual_writes.entry(name.clone()).or_default();
        let mut back = Vec::new();
        for publication in sending {
            work.before_add.extend(publication.relist(name, Some(&columns)));
            let again = take_back(name, publication);
            work.undo_last.push(again.clone());
            back.push(again);
        }
        self.in_contract_first(back);
        let text = format!(
            "{} {name}: from expand to contract with a list of the columns that are there now, so that subscribers don't need \
             {}",
            sends(sending),
            definitions(new)
        );
        self.warn(false, text);
    }

    fn tell_of_additions(&mut self, name: &TableName, sending: &[&Publication], new: &NewColumns) {
        let text = format!(
            "{} {name}: each subscriber needs, before expand, `{}`; replication to one without it stops (`missing replicated \
             column`), and this server keeps its WAL, until it has it",
            sends(sending),
            alter(name, new)
        );
        self.warn(false, text);
        let hidden: Vec<String> = self
            .dual_writes
            .get(name)
            .into_iter()
            .flat_map(ShadowWork::columns_that_go)
            .map(|column| format!("DROP COLUMN {column}"))
            .collect();
        if !hidden.is_empty() {
            let text = format!(
                "subscribers of {name} may drop what was for the time between, once they have what contract changes: `ALTER TABLE \
                 {name} {}`",
                hidden.join(", ")
            );
            self.warn(true, text);
        }
    }

    /// What is removed or changed at contract. A subscriber's columns stay, and have to take what is sent then.
    fn tell_of_removals(&mut self, name: &TableName, table: &Table) {
        let mut before: Vec<String> = Vec::new();
        let mut required = |column: &Ident| {
            let found = table.column(column).filter(|column| column.not_null && column.default.is_none());
            before.extend(found.map(|found| format!("ALTER COLUMN {} DROP NOT NULL", found.name)));
        };
        let dropped = self.dropped_columns.iter().filter(|(of, _)| of == name);
        dropped.for_each(|(_, column)| required(column));
        let work = self.dual_writes.get(name);
        let replaced: Vec<&Replaced> = work.into_iter().flat_map(|work| &work.replaced).collect();
        replaced.iter().filter(|one| one.last != one.old).for_each(|one| required(&one.old));
        let sides = work.into_iter().flat_map(|work| &work.conversions).flat_map(|pair| &pair.columns);
        for side in sides {
            let one = replaced.iter().find(|one| one.physical == side.physical && one.last == one.old);
            let old = one.and_then(|one| table.column(&one.old));
            if let Some(old) = old.filter(|old| old.type_ != side.type_info.spelling) {
                before.push(format!("ALTER COLUMN {} TYPE {}", old.name, side.type_info.spelling));
            }
        }
        if before.is_empty() {
            return;
        }
        let all: Vec<&Publication> = table.publications.iter().collect();
        let text = format!(
            "{} {name}: what it sends from contract on fits a subscriber that has run `ALTER TABLE {name} {}`",
            sends(&all),
            before.join(", ")
        );
        self.warn(false, text.clone());
        self.warn(true, text);
    }

    /// A list of columns follows a rename at contract, and at once sends another name.
    fn renames_in_lists(&mut self, name: &TableName, table: &Table) -> Option<Unaccepted> {
        let work = self.dual_writes.get(name)?;
        let renamed: Vec<&Replaced> = work.replaced.iter().filter(|one| one.last != one.old).collect();
        let old: Vec<Ident> = renamed.iter().map(|one| one.old.clone()).collect();
        let lists = |publication: &&Publication| {
            publication
                .columns
                .as_ref()
                .is_some_and(|listed| old.iter().any(|column| listed.contains(column)))
        };
        let sending: Vec<&Publication> = table.publications.iter().filter(lists).collect();
        if sending.is_empty() {
            return None;
        }
        let rename =
            |one: &&Replaced| format!("`ALTER TABLE {name} RENAME COLUMN {} TO {}`", one.old, one.last);
        let renames: Vec<String> = renamed.iter().map(rename).collect();
        let need = format!("as soon as contract is done each subscriber needs {}", renames.join(", "));
        let what = format!(
            "{} {name} by a list of columns, in which contract gives one another name",
            sends(&sending)
        );
        let text = format!("{what}: replication stops there, and {need}");
        self.warn(false, text.clone());
        self.warn(true, text);
        if self.allows(name) {
            return None;
        }
        Some(Unaccepted {
            what: format!("{what}: replication stops there"),
            needs: vec![need],
            hint: format!(
                "once whoever runs the subscribers knows, write {}, and run the same command again",
                self.word()
            ),
            start: self.span.start,
            end: self.span.end,
        })
    }

    /// A subscriber knows a table by its name.
    fn renamed_tables(&mut self) -> Vec<Unaccepted> {
        let mut found = Vec::new();
        for step in &self.migration.steps {
            let Operation::RenameTable(op) = &step.operation else { continue };
            let old = self.resolve(&op.table);
            let Some(table) = self.first.tables.get(&old).filter(|table| !table.publications.is_empty())
            else {
                continue;
            };
            let sending: Vec<&Publication> = table.publications.iter().collect();
            let what = format!("{} {old}, to which contract gives another name", sends(&sending));
            let need = format!(
                "as soon as contract is done each subscriber needs `ALTER TABLE {old} RENAME TO {}`",
                op.to.value
            );
            let text = format!("{what}: replication stops there, and {need}");
            let nobody_listens = !self.first.has_subscribers
                && sending.iter().all(|publication| publication.member == Member::Everything);
            if !nobody_listens && !self.allows(&old) {
                found.push(Unaccepted {
                    what: format!("{what}: replication stops there"),
                    needs: vec![need],
                    hint: format!(
                        "once whoever runs the subscribers knows, write {}, and run the same command again",
                        self.word()
                    ),
                    start: step.span.start,
                    end: step.span.end,
                });
            }
            self.warn(false, text.clone());
            self.warn(true, text);
        }
        found
    }

    fn word(&self) -> String {
        if self.is_sql() {
            format!("`-- midflight: allow {PUBLISHED_COLUMN} because …` above the statement")
        } else {
            format!("`allow: [{{rule: {PUBLISHED_COLUMN}, because: …}}]` beside the operation")
        }
    }

    fn unaccepted(&self, name: &TableName, sending: &[&Publication], new: &NewColumns) -> Unaccepted {
        Unaccepted {
            what: format!(
                "{} {name}, which gets new columns: replication to a subscriber that lacks them stops",
                sends(sending)
            ),
            needs: vec![format!("each subscriber needs: {}", alter(name, new))],
            hint: format!(
                "once every subscriber has them, write {}, and run the same command again",
                self.word()
            ),
            start: new.span.start,
            end: new.span.end,
        }
    }

    /// midflight's own tables are sent as well where a publication sends everything.
    fn tell_of_own_tables(&mut self) {
        let names: Vec<String> = self.first.publications_of_all.iter().map(ToString::to_string).collect();
        if names.is_empty() {
            return;
        }
        let schema = &self.context.state_schema;
        let new: Vec<String> = self
            .now
            .tables
            .iter()
            .filter(|(_, table)| table.oid == 0)
            .map(|(name, _)| name.to_string())
            .collect();
        if !new.is_empty() {
            let text = format!(
                "{} FOR ALL TABLES sends new tables as well: each subscriber needs {} before the first row is written",
                publications(&names),
                new.join(", ")
            );
            self.warn(false, text);
        }
        self.note(format!(
            "{} FOR ALL TABLES sends the tables of schema {schema} as well, and PostgreSQL before 19 can leave none out: each \
             subscriber needs them before midflight's first command here (`midflight init` there)",
            publications(&names)
        ));
    }
}

impl Draft<'_> {
    /// A list of columns that names one which contract replaces or changes in place is recreated around that: PostgreSQL
    /// changes no column under it. Gives what follows once the columns are those of the end.
    pub(super) fn relist(
        &mut self,
        name: &TableName,
        table: &Table,
        columns: &[Replaced],
        concerned: impl Fn(&[Ident]) -> bool,
    ) -> Vec<String> {
        let last = |column: &Ident| {
            let found = columns.iter().find(|one| one.old == *column);
            found.map_or_else(|| column.clone(), |one| one.last.clone())
        };
        let mut again = Vec::new();
        for publication in &table.publications {
            let Some(listed) = publication.columns.as_ref().filter(|listed| concerned(listed)) else {
                continue;
            };
            let listed: Vec<Ident> = listed.iter().map(last).collect();
            let rename = |filter: Expr, one: &Replaced| filter.renamed(&name.name, &one.old, &one.last);
            let filter = publication.filter.as_deref().map(Expr::from);
            let filter = filter.map(|filter| columns.iter().fold(filter, rename).text().to_owned());
            let [leave, join] = Publication { filter, ..publication.clone() }.relist(name, Some(&listed));
            self.in_contract_first([leave]);
            again.push(join);
        }
        again
    }
}

/// What keeps a column's type from changing: a publication whose list nobody but its owner can recreate, and conditions,
/// which may not fit the new type.
pub(super) fn obstacles(table: &Table, column: &Ident) -> Vec<String> {
    let one = std::slice::from_ref(column);
    let publications = table.publications.iter().filter(|publication| publication.names(one));
    let obstacle = |publication: &Publication| {
        let name = &publication.name;
        if publication.filters_by(one) {
            return Some(format!("the WHERE of publication {name}"));
        }
        (!publication.can_be_listed_again())
            .then(|| format!("publication {name}, which the connected role does not own"))
    };
    publications.filter_map(obstacle).collect()
}

/// Takes a list back, if the publication still has the table.
fn take_back(name: &TableName, publication: &Publication) -> String {
    let [leave, join] = publication.relist(name, None);
    let body = format!(
        "BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid \
         WHERE p.pubname = {} AND r.prrelid = pg_catalog.to_regclass({})) THEN {leave}; {join}; END IF; END",
        literal(publication.name.as_str()),
        literal(&name.to_string())
    );
    format!("DO {}", literal(&body))
}

impl ShadowWork {
    /// The columns that are there between expand and contract alone.
    fn columns_that_go(&self) -> Vec<Ident> {
        let markers = self.pairs.iter().filter_map(|pair| pair.marker.as_ref()).map(|marker| &marker.column);
        let hidden = self.replaced.iter().filter(|one| one.stays == Stays::New && one.physical != one.last);
        hidden.map(|one| &one.physical).chain(markers).cloned().collect()
    }
}

fn publications(names: &[String]) -> String {
    let noun = if names.len() == 1 { "publication" } else { "publications" };
    format!("{noun} {}", names.join(", "))
}

pub(super) fn sends(sending: &[&Publication]) -> String {
    let names: Vec<String> = sending.iter().map(|publication| publication.name.to_string()).collect();
    format!("{} {}", publications(&names), if names.len() == 1 { "sends" } else { "send" })
}

fn alter(name: &TableName, new: &NewColumns) -> String {
    format!("ALTER TABLE {name} {}", new.actions.join(", "))
}

fn definitions(new: &NewColumns) -> String {
    let plain = |action: &String| action.strip_prefix("ADD COLUMN ").unwrap_or(action).to_owned();
    let columns: Vec<String> = new.actions.iter().map(plain).map(|column| format!("`{column}`")).collect();
    columns.join(", ")
}
