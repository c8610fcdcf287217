//! Expressions as PostgreSQL stores them (`pg_node_tree`): every function, operator and cast is resolved there, whatever
//! the words were. The form is that of PostgreSQL 14 to 18: `{KIND :field value …}`, lists in parentheses.

/// A node: what it is and its fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node<'t> {
    /// `FUNCEXPR`
    pub kind: &'t str,
    /// In order.
    fields: Vec<(&'t str, Vec<Value<'t>>)>,
}

/// A part of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'t> {
    /// A number, a name, `<>`.
    Word(&'t str),
    /// A node.
    Node(Node<'t>),
    /// What stands in parentheses.
    List(Vec<Self>),
}

impl<'t> Node<'t> {
    /// The values of a field; none where the node has no such field.
    pub fn field(&self, name: &str) -> &[Value<'t>] {
        self.fields.iter().find(|(known, _)| *known == name).map_or(&[], |(_, values)| values)
    }

    /// A field that is a number.
    pub fn number(&self, name: &str) -> Option<u32> {
        match self.field(name) {
            [Value::Word(word), ..] => word.parse().ok(),
            _ => None,
        }
    }

    /// The nodes of a field, those of a list included.
    pub fn nodes(&self, name: &str) -> Vec<&Self> {
        self.field(name).iter().flat_map(Value::top).collect()
    }

    /// The nodes of all fields.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.fields.iter().flat_map(|(_, values)| values).flat_map(Value::top)
    }

    /// The text of a constant of a text type.
    pub fn constant_text(&self) -> Option<String> {
        const TEXT: u32 = 25;
        if self.kind != "CONST" || self.number("consttype") != Some(TEXT) {
            return None;
        }
        // `5 [ 20 0 0 0 120 ]`: the length, and the bytes as signed numbers; four of them hold the length once more.
        let words = self.field("constvalue").iter().filter_map(|value| match value {
            Value::Word(word) => word.parse::<i16>().ok(),
            Value::Node(_) | Value::List(_) => None,
        });
        let bytes: Vec<u8> = words.skip(5).map(|byte| byte.to_le_bytes()[0]).collect();
        String::from_utf8(bytes).ok()
    }
}

impl<'t> Value<'t> {
    fn top(&self) -> Vec<&Node<'t>> {
        match self {
            Self::Word(_) => Vec::new(),
            Self::Node(node) => vec![node],
            Self::List(values) => values.iter().flat_map(Self::top).collect(),
        }
    }
}

/// Reads a stored expression. None where it has another form.
pub fn parse(text: &str) -> Option<Value<'_>> {
    let mut words = Words { rest: text };
    let value = value(&mut words)?;
    words.next().is_none().then_some(value)
}

fn value<'t>(words: &mut Words<'t>) -> Option<Value<'t>> {
    match words.next()? {
        "{" => node(words),
        "(" => list(words),
        ")" | "}" => None,
        word => Some(Value::Word(word)),
    }
}

fn list<'t>(words: &mut Words<'t>) -> Option<Value<'t>> {
    let mut values = Vec::new();
    loop {
        if words.peek()? == ")" {
            words.next();
            return Some(Value::List(values));
        }
        values.push(value(words)?);
    }
}

fn node<'t>(words: &mut Words<'t>) -> Option<Value<'t>> {
    let mut node = Node { kind: words.next()?, fields: Vec::new() };
    loop {
        match words.peek()? {
            "}" => {
                words.next();
                return Some(Value::Node(node));
            }
            word if word.starts_with(':') => {
                words.next();
                node.fields.push((&word[1..], Vec::new()));
            }
            _ => node.fields.last_mut()?.1.push(value(words)?),
        }
    }
}

/// Words between spaces, and each bracket alone. A backslash takes what follows for a letter.
struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    fn peek(&self) -> Option<&'t str> {
        Words { rest: self.rest }.next()
    }

    fn next(&mut self) -> Option<&'t str> {
        let text = self.rest.trim_start_matches([' ', '\n', '\t']);
        let first = text.chars().next()?;
        let length = match first {
            '(' | ')' | '{' | '}' => 1,
            _ => length(text),
        };
        let (word, rest) = text.split_at(length);
        self.rest = rest;
        Some(word)
    }
}

fn length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, letter)| {
        let ends = !escaped && matches!(letter, ' ' | '\n' | '\t' | '(' | ')' | '{' | '}');
        escaped = !escaped && *letter == '\\';
        ends
    });
    end.map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_nodes_lists_and_constants() {
        let text = r"({FUNCEXPR :funcid 870 :args ({CONST :consttype 25 :constvalue 5 [ 20 0 0 0 -61 ]} {VAR :n a\ b\)}) :location -1} <>)";
        let Some(Value::List(values)) = parse(text) else { panic!("no list") };
        let Value::Node(call) = &values[0] else { panic!("no node") };
        assert_eq!(
            (call.kind, call.number("funcid"), call.number("location")),
            ("FUNCEXPR", Some(870), None)
        );
        let arguments = call.nodes("args");
        assert_eq!(arguments.iter().map(|node| node.kind).collect::<Vec<_>>(), ["CONST", "VAR"]);
        assert_eq!(arguments[1].field("n"), [Value::Word(r"a\ b\)")]);
        assert_eq!(values[1], Value::Word("<>"));
        assert_eq!(arguments[0].constant_text(), None);
    }

    #[test]
    fn text_constants_are_read() {
        let text = "{CONST :consttype 25 :constvalue 8 [ 32 0 0 0 89 89 -61 -68 ]}";
        let Some(Value::Node(node)) = parse(text) else { panic!("no node") };
        assert_eq!(node.constant_text().as_deref(), Some("YYü"));
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        for text in ["", "{A :b 1", "({A}", "{A 1}", "{A} {B}", ")"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
