//! Errors as rustc draws them: the message, the line and the place in it, facts, what to do.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::visible;
use crate::error::{Error, Place};

/// Draws an error for a terminal, in colour or without.
pub fn render(error: &Error, color: bool) -> String {
    let error = &harmless(error);
    let title = Level::ERROR.primary_title(error.message.as_str());
    let mut group = match &error.place {
        Some(place) => title.element(
            Snippet::source(place.line_text.as_str())
                .line_start(place.start.line)
                .path(place.path.as_str())
                .annotation(AnnotationKind::Primary.span(columns(place))),
        ),
        None => Group::with_title(title),
    };
    for line in &error.details {
        group = group.element(Level::NOTE.message(line.as_str()));
    }
    for line in [&error.hint, &error.resume].into_iter().flatten() {
        group = group.element(Level::HELP.message(line.as_str()));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

/// The same, with what would move a terminal made visible: names and SQL in it are others' words.
fn harmless(error: &Error) -> Error {
    let mut error = error.clone();
    error.message = visible(&error.message);
    for line in error.details.iter_mut().chain(&mut error.hint).chain(&mut error.resume) {
        *line = visible(line);
    }
    if let Some(place) = &mut error.place {
        place.path = visible(&place.path);
        place.line_text = visible(&place.line_text);
    }
    error
}

/// The place's columns as bytes of its line; a place that goes on is marked to the end of its first line.
fn columns(place: &Place) -> std::ops::Range<usize> {
    let line = place.line_text.as_str();
    let byte = |column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at);
    let start = byte(place.start.column);
    let end = if place.end.line == place.start.line { byte(place.end.column) } else { line.trim_end().len() };
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::source::{Source, Span};

    #[test]
    fn shows_line_caret_facts_and_cure() {
        let source = Source::new("m.sql", "ALTER TABLE orders\n  ALTER COLUMN nope TYPE bigint;\n");
        let at = source.text.find("nope").unwrap();
        let error = Error::usage("table `public.orders` has no column `nope`")
            .at(&source, Span::new(at, at + 4))
            .detail("a fact")
            .hint("did you mean `note`?");
        insta::assert_snapshot!(render(&error, false), @r"
        error: table `public.orders` has no column `nope`
         --> m.sql:2:16
          |
        2 |   ALTER COLUMN nope TYPE bigint;
          |                ^^^^
          |
          = note: a fact
          = help: did you mean `note`?
        ");
    }
}
