//! The body of the dual-write trigger: what an UPDATE and an INSERT make of each pair of a row.

use super::dual_write::{Derived, DualWrite, NOT_BACKFILL, Pair, Variable, comparable, of};
use super::marker::{BOTH, FROM_NEW, FROM_OLD, NULLS, null_bit};
use crate::ident::{Ident, literal};
use crate::pg::null::missing;

/// How the trigger catches what `up` makes of a value that it can't convert.
const CAN_FAIL: &str =
    "EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception";

/// A trigger that notes, before the one that keeps both sides in step, that a statement names a column of the new side and
/// leaves NULL in it.
pub(super) struct NullNote {
    pub trigger: Ident,
    pub create: String,
}

impl DualWrite<'_> {
    pub(super) fn trigger_function(&self) -> String {
        let updates: String = (0..self.pairs.len()).map(|at| self.on_update(at)).collect();
        let inserts: String = (0..self.pairs.len()).map(|at| self.on_insert(at)).collect();
        format!(
            "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nBEGIN\n  \
             IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN\n{updates}  ELSE\n{inserts}  END IF;\n  \
             RETURN NEW;\nEND\n$midflight$",
            self.object("sync")
        )
    }

    /// The pairs of which NULLs are noted.
    pub(super) fn noting(&self) -> impl Iterator<Item = usize> {
        let notes = |pair: &Pair| pair.marker.as_ref().is_some_and(|marker| !marker.nulls.is_empty());
        (0..self.pairs.len()).filter(move |at| notes(&self.pairs[*at]))
    }

    pub(super) fn note_function(&self, at: usize) -> String {
        self.object(&format!("nulls{at}"))
    }

    pub(super) fn note_functions(&self) -> Vec<String> {
        let function = |at: usize| {
            let marker = &self.pairs[at].marker.as_ref()?.column;
            Some(format!(
                "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nBEGIN\n  NEW.{marker} := \
                 COALESCE(NEW.{marker}, 0) OPERATOR(pg_catalog.|) TG_ARGV[0]::pg_catalog.int2;\n  \
                 RETURN NEW;\nEND\n$midflight$",
                self.note_function(at)
            ))
        };
        self.noting().filter_map(function).collect()
    }

    pub(super) fn null_notes(&self) -> Vec<NullNote> {
        let mut notes = Vec::new();
        for at in self.noting() {
            let pair = &self.pairs[at];
            let Some(marker) = &pair.marker else { continue };
            for number in &marker.nulls {
                let written = &pair.new[*number];
                let trigger = Ident::new(format!("zzzz_midflight_{}_null_{at}_{number}", self.slug));
                let create = format!(
                    "CREATE TRIGGER {trigger} BEFORE UPDATE{} ON {} FOR EACH ROW WHEN (OLD.{} IS NULL AND {} AND \
                     {NOT_BACKFILL}) EXECUTE FUNCTION {}({})",
                    of(&[&written.column]),
                    self.table,
                    marker.column,
                    missing(format_args!("NEW.{}", written.column), written.composite),
                    self.note_function(at),
                    null_bit(*number)
                );
                notes.push(NullNote { trigger, create });
            }
        }
        notes
    }

    fn on_update(&self, at: usize) -> String {
        let pair = &self.pairs[at];
        let old_changed = self.changed("old", at, &pair.old);
        let new_changed = match &pair.marker {
            Some(marker) if !marker.nulls.is_empty() => format!(
                "({} OR COALESCE(NEW.{}, 0) OPERATOR(pg_catalog.>=) {NULLS})",
                self.changed("new", at, &pair.new),
                marker.column
            ),
            _ => self.changed("new", at, &pair.new),
        };
        let forward = self.forward(at, 8);
        let both = match () {
            () if pair.same_value => self.back(at, 8),
            () if pair.marker.is_some() => format!("{}{}", self.complete(at, 8), mark(pair, Some(BOTH), 8)),
            () => String::new(),
        };
        let both = if both.is_empty() { both } else { format!("      ELSE\n{both}") };
        // Backfill writes the new side only and must not be taken for the new release. The setting is read on
        // that path alone, so no write of the old release pays for it.
        let alone = match (pair.down.is_empty(), &pair.marker) {
            (true, None) => String::new(),
            (true, Some(_)) => mark(pair, Some(BOTH), 8),
            (false, _) => format!("{}{}", self.complete(at, 8), self.back_unless_both(at, 8)),
        };
        let alone = if alone.is_empty() {
            alone
        } else {
            format!("    ELSIF {new_changed} THEN\n      IF {NOT_BACKFILL} THEN\n{alone}      END IF;\n")
        };
        format!(
            "    IF {old_changed} THEN\n      IF NOT {new_changed} THEN\n{forward}{both}      END IF;\n{alone}    \
             END IF;\n"
        )
    }

    fn changed(&self, what: &str, at: usize, side: &[Variable]) -> String {
        let arguments: Vec<String> =
            side.iter().flat_map(|v| [format!("OLD.{}", v.column), format!("NEW.{}", v.column)]).collect();
        format!("{}({})", self.object(&format!("{what}{at}_changed")), arguments.join(", "))
    }

    fn on_insert(&self, at: usize) -> String {
        let pair = &self.pairs[at];
        let mut out = format!("    IF {} THEN\n{}", pair.empty("NEW."), self.forward(at, 6));
        if let Some(marker) = pair.marker.as_ref().filter(|_| self.moves) {
            // It comes from another partition, where an UPDATE or a batch has converted it: what it holds stands.
            out = format!(
                "    IF NEW.{} IS NOT NULL THEN\n      NULL;\n    ELS{}",
                marker.column,
                out.trim_start()
            );
        }
        let known = comparable(pair);
        let both = mark(pair, Some(BOTH), 6);
        if pair.down.is_empty() {
            if !both.is_empty() {
                out.push_str(&format!("    ELSE\n{both}"));
            }
        } else if known.is_empty() || pair.same_value {
            out.push_str(&format!("    ELSE\n{}", self.back(at, 6)));
        } else {
            let arguments: Vec<String> = known.iter().map(|v| format!("NEW.{}", v.column)).collect();
            let at_default =
                format!("{}({})", self.object(&format!("old{at}_default")), arguments.join(", "));
            out.push_str(&format!("    ELSIF {at_default} THEN\n{}", self.back(at, 6)));
            if !both.is_empty() {
                out.push_str(&format!("    ELSE\n{both}"));
            }
        }
        out.push_str("    END IF;\n");
        out
    }

    fn forward(&self, at: usize, indent: usize) -> String {
        let pair = &self.pairs[at];
        let pad = " ".repeat(indent);
        let mut out = String::new();
        for (number, derived) in pair.up.iter().enumerate() {
            let up = self.call("up", at, number, derived, "NEW.");
            out.push_str(&format!("{pad}NEW.{} := {up};\n", derived.target));
        }
        out.push_str(&mark(pair, Some(FROM_OLD), indent));
        if pair.can_fail {
            let mut empty: String =
                pair.up.iter().map(|derived| format!("{pad}  NEW.{} := NULL;\n", derived.target)).collect();
            empty.push_str(&mark(pair, None, indent + 2));
            out = format!("{pad}BEGIN\n{out}{pad}{CAN_FAIL} THEN\n{empty}{pad}END;\n");
        }
        if pair.counted {
            out.push_str(&format!(
                "{pad}PERFORM pg_catalog.nextval({}::pg_catalog.regclass);\n",
                literal(&self.object("old_writes"))
            ));
        }
        out
    }

    /// The new release wrote some of several columns of a row that is not converted yet: the others come from the
    /// old side first, or the way back would compute it from a half-empty row. Where that fails, the old side stays as it
    /// is, and the row is one of which both sides were written.
    fn complete(&self, at: usize, indent: usize) -> String {
        let pair = &self.pairs[at];
        if pair.up.len() < 2 {
            return String::new();
        }
        let pad = " ".repeat(indent);
        let marked = pair.marker.as_ref().map(|marker| format!("OLD.{} IS NULL AND ", marker.column));
        let pending = format!("{}{}", marked.unwrap_or_default(), pair.empty("OLD."));
        let fill = |(number, (derived, variable)): (usize, (&Derived, &Variable))| {
            let (target, up) = (&derived.target, self.call("up", at, number, derived, "NEW."));
            let empty = missing(format_args!("NEW.{target}"), variable.composite);
            let written = pair.marker.as_ref().filter(|marker| marker.nulls.contains(&number));
            let written = written.map(|marker| {
                format!(
                    " AND (COALESCE(NEW.{}, 0) OPERATOR(pg_catalog.&) {}) OPERATOR(pg_catalog.=) 0",
                    marker.column,
                    null_bit(number)
                )
            });
            let condition = format!("{empty}{}", written.unwrap_or_default());
            format!("{pad}  IF {condition} THEN\n{pad}    NEW.{target} := {up};\n{pad}  END IF;\n")
        };
        let mut fills: String = pair.up.iter().zip(&pair.new).enumerate().map(fill).collect();
        if pair.can_fail {
            let failed = mark(pair, Some(BOTH), indent + 4);
            let failed = if failed.is_empty() { format!("{pad}    NULL;\n") } else { failed };
            fills = format!("{pad}  BEGIN\n{fills}{pad}  {CAN_FAIL} THEN\n{failed}{pad}  END;\n");
        }
        format!("{pad}IF {pending} THEN\n{fills}{pad}END IF;\n")
    }

    /// The way back, unless the row could not be completed.
    fn back_unless_both(&self, at: usize, indent: usize) -> String {
        let pair = &self.pairs[at];
        let back = self.back(at, indent);
        match &pair.marker {
            Some(marker) if pair.up.len() > 1 && pair.can_fail => {
                let (pad, column) = (" ".repeat(indent), &marker.column);
                format!(
                    "{pad}IF OLD.{column} IS NOT NULL OR NEW.{column} IS DISTINCT FROM {BOTH} THEN\n{back}{pad}END IF;\n"
                )
            }
            _ => back,
        }
    }

    fn back(&self, at: usize, indent: usize) -> String {
        let pair = &self.pairs[at];
        let pad = " ".repeat(indent);
        let assign = |(number, derived): (usize, &Derived)| {
            format!("{pad}NEW.{} := {};\n", derived.target, self.call("down", at, number, derived, "NEW."))
        };
        let back: String = pair.down.iter().enumerate().map(assign).collect();
        format!("{back}{}", mark(pair, Some(FROM_NEW), indent))
    }
}

/// The assignment that marks the row; nothing where the new side is its own marker.
fn mark(pair: &Pair, value: Option<i16>, indent: usize) -> String {
    let Some(marker) = &pair.marker else { return String::new() };
    let value = value.map_or("NULL".to_owned(), |value| value.to_string());
    format!("{}NEW.{} := {value};\n", " ".repeat(indent), marker.column)
}
