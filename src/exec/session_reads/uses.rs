//! What a stored expression uses: the functions behind its calls and operators, its conversions by way of text, and what
//! belongs to a session by its own word.

use crate::pg::node_tree::{Node, Value};

/// One use. Types and functions are known by OID.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Use {
    /// A function, an operator's included.
    Call {
        /// The function.
        function: u32,
        /// The types of the values it is called with; those of a row one by one.
        arguments: Vec<u32>,
        /// Whether the type of one of them can't be told.
        unknown: bool,
        /// Those of its arguments that are constant texts.
        constants: Vec<String>,
    },
    /// A value that is written as text, and read again.
    ThroughText {
        /// Its type.
        from: Vec<u32>,
        /// The type it is read as.
        to: u32,
    },
    /// Values that become JSON or XML.
    Document(Vec<u32>),
    /// `current_date`, `current_user` and the like.
    OfSession(&'static str),
}

/// What a query uses, and the types of the values that it gives.
pub(super) fn uses(tree: &Value<'_>) -> (Vec<Use>, Vec<u32>) {
    let mut found = Vec::new();
    let queries = queries(tree);
    for query in &queries {
        walk(query, &mut found);
    }
    (found, queries.first().map(|query| result(query)).unwrap_or_default())
}

fn queries<'n, 't>(value: &'n Value<'t>) -> Vec<&'n Node<'t>> {
    match value {
        Value::Word(_) => Vec::new(),
        Value::Node(node) => vec![node],
        Value::List(values) => values.iter().flat_map(queries).collect(),
    }
}

/// The types of a query's first column.
fn result(query: &Node<'_>) -> Vec<u32> {
    let first = query.nodes("targetList").into_iter().next();
    first.map(|entry| entry.nodes("expr").into_iter().flat_map(types).collect()).unwrap_or_default()
}

fn walk(node: &Node<'_>, found: &mut Vec<Use>) {
    found.extend(of(node));
    for child in node.children() {
        walk(child, found);
    }
}

fn of(node: &Node<'_>) -> Option<Use> {
    let call = |function: &str| {
        let arguments = node.nodes("args");
        Some(Use::Call {
            function: node.number(function)?,
            unknown: arguments.iter().any(|argument| types(argument).is_empty()),
            constants: arguments.iter().filter_map(|argument| argument.constant_text()).collect(),
            arguments: arguments.into_iter().flat_map(types).collect(),
        })
    };
    match node.kind {
        "FUNCEXPR" => call("funcid"),
        "OPEXPR" | "DISTINCTEXPR" | "NULLIFEXPR" | "SCALARARRAYOPEXPR" => call("opfuncid"),
        "AGGREF" => call("aggfnoid"),
        "WINDOWFUNC" => call("winfnoid"),
        "COERCEVIAIO" => Some(Use::ThroughText {
            from: node.nodes("arg").into_iter().flat_map(types).collect(),
            to: node.number("resulttype")?,
        }),
        "SQLVALUEFUNCTION" => Some(Use::OfSession(match node.number("op")? {
            0..=8 => "the current time",
            _ => "who is connected, and to what",
        })),
        "NEXTVALUEEXPR" => Some(Use::OfSession("a sequence")),
        "XMLEXPR" | "JSONCONSTRUCTOREXPR" => {
            let arguments = node.nodes("args").into_iter().chain(node.nodes("named_args"));
            Some(Use::Document(arguments.flat_map(types).collect()))
        }
        "JSONEXPR" => {
            let returning = node.nodes("returning").into_iter().next()?;
            Some(Use::ThroughText { from: Vec::new(), to: returning.number("typid")? })
        }
        _ => None,
    }
}

/// The type of the value that a node gives; none where it can't be told, those of its fields for a row.
fn types(node: &Node<'_>) -> Vec<u32> {
    let field = match node.kind {
        "VAR" => "vartype",
        "CONST" => "consttype",
        "PARAM" => "paramtype",
        "FUNCEXPR" => "funcresulttype",
        "OPEXPR" | "NULLIFEXPR" => "opresulttype",
        "AGGREF" => "aggtype",
        "WINDOWFUNC" => "wintype",
        "SUBSCRIPTINGREF" => "refrestype",
        "FIELDSELECT" | "RELABELTYPE" | "COERCEVIAIO" | "ARRAYCOERCEEXPR" | "CONVERTROWTYPEEXPR"
        | "COERCETODOMAIN" | "FIELDSTORE" => "resulttype",
        "CASEEXPR" | "CASE" => "casetype",
        "CASETESTEXPR" | "COERCETODOMAINVALUE" => "typeId",
        "ARRAYEXPR" | "ARRAY" => "element_typeid",
        "COALESCEEXPR" | "COALESCE" => "coalescetype",
        "MINMAXEXPR" | "MINMAX" => "minmaxtype",
        "SQLVALUEFUNCTION" | "XMLEXPR" => "type",
        "ROWEXPR" | "ROW" => return node.nodes("args").into_iter().flat_map(types).collect(),
        "COLLATEEXPR" | "COLLATE" | "NAMEDARGEXPR" => {
            return node.nodes("arg").into_iter().flat_map(types).collect();
        }
        "TARGETENTRY" => return node.nodes("expr").into_iter().flat_map(types).collect(),
        "BOOLEXPR" | "DISTINCTEXPR" | "SCALARARRAYOPEXPR" | "NULLTEST" | "BOOLEANTEST" | "ROWCOMPAREEXPR"
        | "ROWCOMPARE" => return vec![BOOL],
        "JSONCONSTRUCTOREXPR" | "JSONEXPR" => {
            let returning = node.nodes("returning").into_iter();
            return returning.filter_map(|node| node.number("typid")).collect();
        }
        "SUBLINK" => {
            return match node.number("subLinkType") {
                // `= ANY (…)`, EXISTS and the like; the others give what the query gives.
                Some(0..=3) => vec![BOOL],
                _ => node.nodes("subselect").into_iter().flat_map(result).collect(),
            };
        }
        _ => return Vec::new(),
    };
    node.number(field).into_iter().collect()
}

const BOOL: u32 = 16;
