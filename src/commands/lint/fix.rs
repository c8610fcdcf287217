//! `--fix`: the safe form of what has one, in the place of what was written.

use std::collections::{BTreeMap, BTreeSet};

use super::files::Files;
use super::{Database, LintArgs, LintDefaults, Looked, chosen, judge, verdict};
use crate::commands::context::Context;
use crate::error::{Error, Result};
use crate::lint::fix::{Place, apply};
use crate::lint::render::Format;
use crate::lint::{Finding, Options, Refused, Report, Severity, Transaction};
use crate::migration::source::Source;
use crate::migration::{self, Migration};

mod disk;
mod several;

/// How often the files are looked at again: each time, something has changed for good or was refused for good.
const ROUNDS: usize = 1000;

/// Fixes what can be, writes the files or shows what would change, and reports what is left.
pub fn command(
    files: Files,
    args: &LintArgs,
    defaults: &LintDefaults,
    database: &Database,
    context: &Context,
) -> Result<()> {
    let is_stdin = args.paths.iter().any(|path| path == "-");
    if is_stdin && args.paths.len() > 1 {
        return Err(Error::usage("`--fix` prints what it makes of standard input, and writes files")
            .hint("give `-` alone"));
    }
    let named = !args.paths.is_empty() || args.since.is_some() || defaults.start_after.is_some();
    if !named && !args.diff {
        return Err(Error::usage("`--fix` would also rewrite the migrations that are deployed already").hint(
            "name the files, or let `--since origin/main` choose those of this branch; `--fix --diff` shows all",
        ));
    }
    let before: Vec<Source> = files.migrations.iter().map(|migration| migration.source.clone()).collect();
    let looked = fix(files, args, defaults, database)?;
    let old = |path: &str| before.iter().find(|source| source.path == path);
    let changed: Vec<(Option<&Source>, &Source)> = looked
        .migrations
        .iter()
        .map(|migration| (old(&migration.source.path), &migration.source))
        .filter(|(before, after)| before.is_none_or(|before| before.text != after.text))
        .collect();
    if args.diff {
        let shown: String = changed.iter().map(|(before, after)| disk::diff(*before, after)).collect();
        context.printer.report(&shown)?;
    } else if is_stdin {
        let text: String = looked.migrations.iter().map(|file| file.source.text.as_str()).collect();
        context.printer.report(&text)?;
        context.printer.say(&looked.render(&LintDefaults { format: Format::Human, ..defaults.clone() }));
    } else {
        disk::write(&changed)?;
        context.printer.report(&looked.render(defaults))?;
    }
    verdict(looked.failed)
}

/// The files with all fixes that hold, and what is left of the findings.
fn fix(files: Files, args: &LintArgs, defaults: &LintDefaults, database: &Database) -> Result<Looked> {
    let mut options = chosen(&files.migrations, args, defaults, database)?;
    let Files { migrations, mut unread, mistakes } = files;
    let check = |migrations: &[Migration], options: &Options| -> Result<Report> {
        let files = Files { migrations: migrations.to_vec(), ..Files::default() };
        Ok(judge(files, options.clone(), args, defaults, database)?.report)
    };
    let mut rounds = Rounds { migrations, ..Rounds::default() };
    let report = check(&rounds.migrations, &options)?;
    rounds.run(report, |migrations| check(migrations, &options))?;
    let mut mistaken: BTreeSet<usize> = mistakes.into_iter().map(|(place, _)| place).collect();
    if options.transaction != Transaction::Statement && !args.paths.iter().any(|path| path == "-") {
        let mut report = check(&rounds.migrations, &options)?;
        for file in (0..rounds.migrations.len()).rev() {
            let more = rounds.cut(file, &report, &options, check)?;
            let moved = |place: usize| if place > file { place + more } else { place };
            options.replayed = options.replayed.iter().map(|place| moved(*place)).collect();
            options.applied = options.applied.iter().map(|place| moved(*place)).collect();
            mistaken = mistaken.into_iter().map(moved).collect();
            unread.iter_mut().for_each(|(place, _)| *place = moved(*place));
            rounds.done.iter_mut().for_each(|finding| finding.file = moved(finding.file));
            rounds.refused.iter_mut().for_each(|refused| refused.finding.file = moved(refused.finding.file));
            if more > 0 {
                report = check(&rounds.migrations, &options)?;
            }
        }
    }
    let mistakes_of = |place: usize| {
        let read = migration::try_parse(rounds.migrations[place].source.clone());
        migration::read_leniently(read).1.into_iter().map(move |mistake| (place, mistake))
    };
    let mistakes = mistaken.into_iter().flat_map(mistakes_of).collect();
    let files = Files { migrations: rounds.migrations, unread, mistakes };
    let mut looked = judge(files, options, args, defaults, database)?;
    rounds.done.sort_by_key(|finding| (finding.file, finding.start));
    looked.report.fixed = rounds.done;
    looked.report.refused = rounds.refused;
    Ok(looked)
}

/// Fixes that are tried, until nothing is left to try.
#[derive(Default)]
struct Rounds {
    migrations: Vec<Migration>,
    /// What was mended.
    done: Vec<Finding>,
    /// What can't be.
    refused: Vec<Refused>,
    /// Files in which several fixes together did harm.
    one_by_one: BTreeSet<usize>,
    /// The file that alone is changed, if there is one.
    only: Option<usize>,
}

impl Rounds {
    fn run(&mut self, mut report: Report, check: impl Fn(&[Migration]) -> Result<Report>) -> Result<()> {
        for _ in 0..ROUNDS {
            let chosen = self.chosen(&report);
            if chosen.is_empty() {
                break;
            }
            let mut replaced = BTreeMap::new();
            for (file, findings) in &chosen {
                let fixes: Vec<_> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
                let source = &self.migrations[*file].source;
                let text = apply(source, &fixes);
                if let Some(new) = read(source, text) {
                    replaced.insert(*file, std::mem::replace(&mut self.migrations[*file], new));
                }
            }
            let after = check(&self.migrations)?;
            let mut kept = true;
            for (file, findings) in chosen {
                let old = replaced.remove(&file);
                let harm = match &old {
                    Some(_) => harm(&report, &after, file, &findings),
                    None => Some("it could not be read again".to_owned()),
                };
                let Some(reason) = harm else {
                    self.done.extend(findings.into_iter().cloned());
                    continue;
                };
                kept = false;
                if let Some(old) = old {
                    self.migrations[file] = old;
                }
                match findings.as_slice() {
                    [only] => self.refused.push(Refused { finding: (*only).clone(), reason }),
                    _ => drop(self.one_by_one.insert(file)),
                }
            }
            report = if kept { after } else { check(&self.migrations)? };
        }
        Ok(())
    }

    /// A file as several, where its runner's one transaction is what stands in the way. Says how many files have come.
    fn cut(
        &mut self,
        file: usize,
        before: &Report,
        options: &Options,
        check: impl Fn(&[Migration], &Options) -> Result<Report>,
    ) -> Result<usize> {
        let is_own = |finding: &Finding| finding.file == file;
        let apart = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| fix.apart);
        let wanted = before.findings.iter().filter(|finding| is_own(finding) && apart(finding));
        let wanted: Vec<Finding> = wanted.cloned().collect();
        let Some(first) = wanted.first() else { return Ok(0) };
        self.refused.retain(|refused| !(is_own(&refused.finding) && apart(&refused.finding)));
        let alone = Options { transaction: Transaction::Statement, ..options.clone() };
        let mut inner = Self { migrations: self.migrations.clone(), only: Some(file), ..Self::default() };
        inner.run(check(&inner.migrations, &alone)?, |migrations| check(migrations, &alone))?;
        let parts = several::cut(&inner.migrations[file], &self.migrations, options.transaction);
        let reason = match parts {
            Err(reason) => reason,
            Ok(parts) => {
                let more = parts.len() - 1;
                let parts: Option<Vec<Migration>> =
                    parts.into_iter().map(|source| read(&source, source.text.clone())).collect();
                let mut all = self.migrations.clone();
                all.splice(file..=file, parts.unwrap_or_default());
                let moved = |place: &usize| if *place > file { place + more } else { *place };
                let after = Options {
                    replayed: options.replayed.iter().map(moved).collect(),
                    applied: options.applied.iter().map(moved).collect(),
                    ..options.clone()
                };
                let mut after = check(&all, &after)?;
                let own =
                    |place: usize| if (file..=file + more).contains(&place) { file } else { usize::MAX };
                after.findings.iter_mut().for_each(|finding| finding.file = own(finding.file));
                after.not_analysed.iter_mut().for_each(|one| one.file = own(one.file));
                let mended: Vec<&Finding> = inner.done.iter().collect();
                match harm(before, &after, file, &mended) {
                    None if !mended.is_empty() => {
                        self.migrations = all;
                        self.done.append(&mut inner.done);
                        return Ok(more);
                    }
                    None => return Ok(0),
                    Some(reason) => reason,
                }
            }
        };
        self.refused.push(Refused { finding: first.clone(), reason });
        Ok(0)
    }

    /// What is tried next: of each file, fixes that don't touch each other.
    fn chosen<'r>(&self, report: &'r Report) -> BTreeMap<usize, Vec<&'r Finding>> {
        let mut chosen: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
        // what an ALTER TABLE gives up goes right behind it: from its end, so that the order stays
        for finding in report.findings.iter().rev() {
            let Some(fix) = &finding.fix else { continue };
            let elsewhere = self.only.is_some_and(|only| only != finding.file);
            if elsewhere || fix.several_files || self.is_refused(finding) {
                continue;
            }
            let beside = chosen.get(&finding.file).map_or(&[][..], Vec::as_slice);
            let place = |other: &Finding| other.fix.as_ref().map(|fix| fix.statement);
            let touches = |other: Place| other.touches(fix.statement);
            let alone = !beside.is_empty() && self.one_by_one.contains(&finding.file);
            if !alone && !beside.iter().filter_map(|other| place(other)).any(touches) {
                chosen.entry(finding.file).or_default().push(finding);
            }
        }
        chosen
    }

    /// Whether the same finding was refused already. Other statements of its file may have moved it since.
    fn is_refused(&self, finding: &Finding) -> bool {
        self.refused.iter().map(|refused| &refused.finding).any(|refused| {
            refused.file == finding.file
                && refused.rule.id == finding.rule.id
                && refused.message == finding.message
                && written(refused) == written(finding)
        })
    }
}

/// What the fix would write, wherever it stands.
fn written(finding: &Finding) -> Option<(&[String], &[String], Vec<&str>)> {
    let fix = finding.fix.as_ref()?;
    Some((&fix.before, &fix.after, fix.edits.iter().map(|edit| edit.text.as_str()).collect()))
}

/// The file with another text, unless less of it can be read.
fn read(before: &Source, text: String) -> Option<Migration> {
    let outcome = migration::try_parse(Source::new(before.path.clone(), text));
    migration::read_leniently(outcome).0.ok()
}

/// What the fixes of a file have brought instead of taking their findings away.
fn harm(before: &Report, after: &Report, file: usize, mended: &[&Finding]) -> Option<String> {
    let unread = |report: &Report| report.not_analysed.iter().filter(|one| one.file == file).count();
    if unread(after) > unread(before) {
        return Some("the statement could not be looked into any more".to_owned());
    }
    let least = mended.iter().map(|finding| finding.severity).min().unwrap_or(Severity::Warning);
    let least = least.min(Severity::Warning);
    let count = |report: &Report| {
        let mut count: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for finding in report.findings.iter().filter(|finding| finding.file == file) {
            let of_rule = count.entry(finding.rule.id).or_default();
            of_rule.0 += 1;
            of_rule.1 += usize::from(finding.severity >= least);
        }
        count
    };
    let (before, after) = (count(before), count(after));
    for (rule, (all, bad)) in &after {
        let (all_before, bad_before) = before.get(rule).copied().unwrap_or_default();
        let gone = mended.iter().filter(|finding| finding.rule.id == *rule).count();
        if gone > 0 && all + gone > all_before {
            return Some(format!("`{rule}` would find the same again"));
        }
        if *bad > bad_before {
            return Some(format!("`{rule}` would find something then"));
        }
    }
    None
}
