//! The statement that a fix changes: its text, its words, and the actions of an `ALTER TABLE`.

use super::{Edit, Fix, Place};
use crate::lint::Context;
use crate::migration;
use crate::migration::operation::{Name, Operation};
use crate::migration::source::Span;

/// A statement as it stands in the file.
pub struct Statement<'a> {
    /// What its rule knew.
    pub cx: &'a Context<'a>,
    /// Where it stands.
    pub span: Span,
    /// What is written there.
    pub text: &'a str,
    /// Its words and signs, by their places in the text.
    tokens: Vec<Span>,
}

/// An action of an `ALTER TABLE`, and what stands around it.
pub struct Action<'s, 'a> {
    statement: &'s Statement<'a>,
    /// `ALTER TABLE IF EXISTS ONLY shop.orders`, in one line.
    pub intro: String,
    /// Where the action stands in the file.
    pub span: Span,
    /// What is written there.
    pub text: &'a str,
    /// Its words and signs, by their places in the text.
    tokens: Vec<Span>,
    alone: bool,
}

impl<'a> Statement<'a> {
    /// The statement at a place, if it can be read to its end.
    pub fn new(cx: &'a Context<'a>, span: Span) -> Option<Self> {
        let text = cx.written(span).filter(|text| !text.is_empty())?;
        let inside = |step: &crate::migration::operation::Step| {
            span.start <= step.span.start && step.span.end <= span.end
        };
        let tokens = migration::tokens(text).filter(|_| cx.siblings.iter().all(inside))?;
        Some(Self { cx, span, text, tokens })
    }

    /// What is asked for.
    pub fn operation(&self) -> &'a Operation {
        &self.cx.step.operation
    }

    /// A fix of it that changes nothing yet.
    pub fn fix(&self) -> Fix {
        Fix { statement: self.span.into(), ..Fix::default() }
    }

    /// Words put in behind the first of these keywords: `("INDEX", "CONCURRENTLY")`.
    pub fn insert_behind(&self, keyword: &str, words: &str) -> Option<Edit> {
        let at = self.tokens.iter().find(|token| is(self.text, **token, keyword))?.end;
        Some(insert(self.span.start + at, format!(" {words}")))
    }

    /// The same behind the first of these runs of keywords that is there.
    pub fn insert_behind_any(&self, keywords: &[&str], words: &str) -> Option<Edit> {
        keywords.iter().find_map(|run| {
            let run: Vec<&str> = run.split(' ').collect();
            let there =
                |window: &&[Span]| window.iter().zip(&run).all(|(token, word)| is(self.text, *token, word));
            let found = self.tokens.windows(run.len()).find(there)?;
            Some(insert(self.span.start + found.last()?.end, format!(" {words}")))
        })
    }

    /// The action that the step is, where the statement is an `ALTER TABLE`.
    pub fn action(&self) -> Option<Action<'_, 'a>> {
        let mut at = 2;
        let word =
            |at: usize, word: &str| self.tokens.get(at).is_some_and(|token| is(self.text, *token, word));
        if !(word(0, "ALTER") && word(1, "TABLE")) {
            return None;
        }
        if word(at, "IF") && word(at + 1, "EXISTS") {
            at += 2;
        }
        at += usize::from(word(at, "ONLY")) + 1;
        while word(at, ".") {
            at += 2;
        }
        at += usize::from(word(at, "*"));
        let first = self.tokens.get(at)?;
        let intro = one_line(self.text.get(..first.start)?)?;
        let alone = self.cx.siblings.len() == 1;
        let span = match alone {
            true => Span::new(self.span.start + first.start, self.span.end),
            false => self.cx.step.span,
        };
        let text = self.text.get(span.start - self.span.start..span.end - self.span.start)?;
        Some(Action { statement: self, intro, span, text, tokens: migration::tokens(text)?, alone })
    }

    /// A name as it is written in the file.
    pub fn written(&self, name: &Name) -> String {
        self.at(name.span).map_or_else(|| name.to_string(), str::to_owned)
    }

    /// Names as they are written, with commas.
    pub fn list(&self, names: &[Name]) -> String {
        names.iter().map(|name| self.written(name)).collect::<Vec<_>>().join(", ")
    }

    /// What is written at a place of the statement.
    pub fn at(&self, span: Span) -> Option<&'a str> {
        let inside = self.span.start <= span.start && span.start < span.end && span.end <= self.span.end;
        self.cx.written(span).filter(|_| inside)
    }
}

impl Action<'_, '_> {
    /// Words put in before a keyword of the action.
    pub fn insert_before(&self, keyword: &str, words: &str) -> Option<Edit> {
        let token = self.tokens.iter().find(|token| is(self.text, **token, keyword))?;
        Some(insert(self.span.start + token.start, format!("{words} ")))
    }

    /// Words put in before a place of the file that is in it.
    pub fn insert_at(&self, at: usize, words: &str) -> Option<Edit> {
        let inside = self.span.start < at && at < self.span.end;
        inside.then(|| insert(at, format!("{words} ")))
    }

    /// Words put in at its end.
    pub fn append(&self, words: &str) -> Edit {
        insert(self.span.end, format!(" {words}"))
    }

    /// A text in the place of the whole.
    pub fn replace(&self, text: String) -> Edit {
        Edit { place: self.span.into(), text }
    }

    /// An `ALTER TABLE` of the same table with another action.
    pub fn sibling(&self, action: &str) -> String {
        format!("{} {action}", self.intro)
    }

    /// The action changed by edits, in order, with statements before and after it. Of several actions, this one becomes a
    /// statement of its own behind the others, which PostgreSQL would have done before it.
    pub fn changed(&self, edits: Vec<Edit>, before: Vec<String>, mut after: Vec<String>) -> Option<Fix> {
        let fix = Fix { apart: true, ..self.statement.fix() };
        if self.alone {
            return Some(Fix { edits, before, after, ..fix });
        }
        let own = edits.into_iter().map(|edit| {
            let place =
                Place { start: edit.place.start - self.span.start, end: edit.place.end - self.span.start };
            Edit { place, text: edit.text }
        });
        let own = super::text::replace(self.text, &own.collect::<Vec<_>>());
        only_blanks_between(&own)?;
        let mut moved = before;
        moved.push(self.sibling(&own));
        moved.append(&mut after);
        Some(Fix { edits: vec![self.removed()?], after: moved, ..fix })
    }

    /// The action changed where it stands, with statements behind the whole; `is_key` where these make a key.
    pub fn in_place(&self, edit: Edit, after: Vec<String>, is_key: bool) -> Option<Fix> {
        let others = self.others_come_first(is_key);
        others.then(|| Fix { edits: vec![edit], after, apart: true, ..self.statement.fix() })
    }

    fn others_come_first(&self, is_key: bool) -> bool {
        let cx = self.statement.cx;
        let mut others = cx.siblings.iter().filter(|step| !std::ptr::eq(*step, cx.step));
        others.all(|step| comes_first(&step.operation, is_key))
    }

    /// The list of actions without this one, unless another has to come with it or after it.
    fn removed(&self) -> Option<Edit> {
        let statement = self.statement;
        let siblings = statement.cx.siblings;
        let is_key = matches!(statement.operation(), Operation::AddUnique(_) | Operation::AddPrimaryKey(_));
        if !self.others_come_first(is_key) {
            return None;
        }
        let own = siblings.iter().position(|step| std::ptr::eq(step, statement.cx.step))?;
        let place = match own.checked_sub(1) {
            Some(before) => Span::new(siblings[before].span.end, self.span.end),
            None => Span::new(self.span.start, siblings.get(1)?.span.start),
        };
        let gap = match own {
            0 => Span::new(self.span.end, place.end),
            _ => Span::new(place.start, self.span.start),
        };
        let bare = statement.cx.written(gap)?.trim() == ",";
        bare.then(|| Edit { place: place.into(), text: String::new() })
    }
}

/// Whether an action may be done in a statement before another, which is a constraint or SET NOT NULL. One that drops a
/// constraint may not: until the new one is there, rows would come in that neither looks at. A foreign key may need the key.
fn comes_first(action: &Operation, is_key: bool) -> bool {
    match action {
        Operation::AddColumn(add) => !(is_key && add.column.references.is_some()),
        Operation::AddForeignKey(_) => !is_key,
        Operation::AddCheck(_)
        | Operation::AddUnique(_)
        | Operation::AddPrimaryKey(_)
        | Operation::DropColumn(_)
        | Operation::ChangeType(_)
        | Operation::SetNotNull(_)
        | Operation::SetDefault(_)
        | Operation::DropDefault(_)
        | Operation::SetStatistics(_)
        | Operation::SetStorageParameters(_) => true,
        _ => false,
    }
}

fn insert(at: usize, text: String) -> Edit {
    Edit { place: Place { start: at, end: at }, text }
}

fn is(text: &str, token: Span, word: &str) -> bool {
    text.get(token.range()).is_some_and(|written| written.eq_ignore_ascii_case(word))
}

/// A piece of SQL in one line; nothing where it has comments, which would end up elsewhere.
pub fn one_line(text: &str) -> Option<String> {
    only_blanks_between(text)?;
    let mut line = String::with_capacity(text.len());
    let mut end = 0;
    for token in migration::tokens(text)? {
        if end > 0 && token.start > end {
            line.push(' ');
        }
        line.push_str(text.get(token.range())?);
        end = token.end;
    }
    Some(line)
}

/// Nothing where comments stand between the words.
fn only_blanks_between(text: &str) -> Option<()> {
    let mut end = 0;
    for token in migration::tokens(text)? {
        (text.get(end..token.start)?.trim().is_empty()).then_some(())?;
        end = token.end;
    }
    text.get(end..)?.trim().is_empty().then_some(())
}
