//! A file cut into statements, by other code than the program's own

use std::iter::Peekable;
use std::str::CharIndices;

/// The statements of a file, without what stands between them.
pub fn split(text: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let mut reader = Reader { text, chars: text.char_indices().peekable() };
    let (mut start, mut depth, mut previous) = (None, 0_u32, String::new());
    while let Some((at, char)) = reader.chars.next() {
        match char {
            ';' if depth == 0 => {
                statements.extend(start.take().map(|start| &text[start..at]));
                continue;
            }
            '-' if reader.follows("-") => {
                reader.skip_past("\n");
                continue;
            }
            '/' if reader.follows("*") => {
                reader.skip_comment();
                continue;
            }
            _ if char.is_whitespace() => continue,
            '\'' if previous == "e" => reader.skip_escaped(),
            '\'' => reader.skip_past("'"),
            '"' => reader.skip_past("\""),
            '$' => reader.skip_dollars(at),
            _ if char.is_alphabetic() || char == '_' => {
                let word = reader.word(at);
                match word.as_str() {
                    "atomic" if previous == "begin" => depth += 1,
                    "case" if depth > 0 => depth += 1,
                    "end" if depth > 0 => depth -= 1,
                    _ => {}
                }
                start.get_or_insert(at);
                previous = word;
                continue;
            }
            _ => {}
        }
        start.get_or_insert(at);
        previous.clear();
    }
    statements.extend(start.map(|start| &text[start..]));
    statements
}

/// The first word of a statement, in small letters.
pub fn first_word(statement: &str) -> String {
    statement.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase()
}

struct Reader<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl Reader<'_> {
    fn at(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    fn follows(&mut self, text: &str) -> bool {
        let at = self.at();
        self.text[at..].starts_with(text)
    }

    fn go_to(&mut self, end: usize) {
        while self.chars.next_if(|(at, _)| *at < end).is_some() {}
    }

    fn skip_past(&mut self, text: &str) {
        let at = self.at();
        let end = self.text[at..].find(text).map_or(self.text.len(), |offset| at + offset + text.len());
        self.go_to(end);
    }

    fn skip_comment(&mut self) {
        let mut depth = 1;
        self.chars.next();
        while depth > 0 && self.chars.peek().is_some() {
            let step = if self.follows("/*") {
                depth += 1;
                2
            } else if self.follows("*/") {
                depth -= 1;
                2
            } else {
                1
            };
            let end = self.at() + step;
            self.go_to(end);
        }
    }

    fn skip_escaped(&mut self) {
        while let Some((_, char)) = self.chars.next() {
            match char {
                '\\' => {
                    self.chars.next();
                }
                '\'' => return,
                _ => {}
            }
        }
    }

    fn skip_dollars(&mut self, start: usize) {
        let rest = &self.text[start + 1..];
        let tag =
            rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum::<usize>();
        if rest[tag..].starts_with('$') {
            let quote = &self.text[start..start + tag + 2];
            self.go_to(start + quote.len());
            self.skip_past(quote);
        }
    }

    fn word(&mut self, start: usize) -> String {
        while self.chars.next_if(|(_, c)| c.is_alphanumeric() || *c == '_' || *c == '$').is_some() {}
        let end = self.at();
        self.text[start..end].to_lowercase()
    }
}
