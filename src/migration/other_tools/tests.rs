use super::*;

fn read(path: &str, text: &str, tool: Tool) -> Result<String, Vec<Error>> {
    convert(&Source::new(path, text), tool)
}

#[test]
fn whose_a_file_is() {
    let told = |path: &str, text: &str| tool_of(&Source::new(path, text)).map_err(|error| error.message);
    assert_eq!(told("a.toml", "actions = []"), Ok(Some(Tool::Reshape)));
    assert_eq!(told("a.json", r#"{"actions": []}"#), Ok(Some(Tool::Reshape)));
    assert_eq!(
        told("a.json", r#"{"operations": [{"drop_column": {"table": "t", "column": "c"}}]}"#),
        Ok(Some(Tool::Pgroll))
    );
    assert_eq!(told("a.yaml", "operations: [{drop_table: {name: t}}]"), Ok(Some(Tool::Pgroll)));
    assert_eq!(told("a.yaml", "operations: [{drop_table: {table: t}}]"), Ok(None));
    assert_eq!(told("a.sql", "DROP TABLE t;"), Ok(None));
    let both = told("a.yaml", "operations: [{drop_column: {table: t, column: c}}]").unwrap_err();
    assert!(both.contains("as midflight's own form and as pgroll's"), "{both}");
}

#[test]
fn everything_that_has_no_form_is_named_with_its_place() {
    let text = r#"
[[actions]]
type = "add_column"
table = "a"
[actions.column]
name = "b"
type = "TEXT"
[actions.up]
table = "c"
value = "c.d"
where = "c.id = a.c"

[[actions]]
type = "alter_column"
table = "a"
column = "b"
up = "b * 2"
[actions.changes]
name = "d"

[[actions]]
type = "create_tabel"
"#;
    let faults = read("m.toml", text, Tool::Reshape).unwrap_err();
    let found: Vec<(usize, &str)> = faults
        .iter()
        .map(|fault| (fault.place.as_ref().unwrap().start.line, fault.hint.as_deref().unwrap()))
        .collect();
    assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 14, 22], "{faults:?}");
    assert!(found[0].1.contains("INSERT … SELECT"), "{faults:?}");
    assert!(found[1].1.contains("transform_columns: {table: a, from: [b]"), "{faults:?}");
    assert_eq!(found[2].1, "did you mean `create_table`?");
}

#[test]
fn a_key_that_nobody_knows_stops() {
    for (text, line, said) in [
        ("operations:\n- create_table:\n    name: t\n    colums: []\n", 4, "unknown key `colums`"),
        ("operations:\n- drop_column: {table: t}\n", 2, "`column` of `drop_column` is missing"),
        ("operations:\n- drop_table: {name: s.t}\n", 2, "holds a dot"),
        ("operations:\n- alter_column: {table: t, column: c}\n", 2, "it changes nothing"),
        ("operations:\n- drop_constraint: {table: t, name: c, up: a || b, down: a}\n", 2, "does not name"),
        (
            "operations:\n- add_column: {table: t, column: {name: c, type: int}, up: \"f('\"}\n",
            2,
            "unterminated",
        ),
        ("operations:\n- move_table: {name: t}\n", 2, "no operation `move_table`"),
        ("operations:\n- sql: {up: [a]}\n", 2, "has to be a text"),
    ] {
        let faults = read("m.yaml", text, Tool::Pgroll).unwrap_err();
        assert!(faults.len() == 1 && faults[0].message.contains(said), "{text}: {faults:?}");
        assert_eq!(faults[0].place.as_ref().unwrap().start.line, line, "{text}");
    }
}

#[test]
fn files_keep_their_order() {
    let named = |tool, files: &[&str]| -> Vec<String> {
        let paths = files.iter().map(|file| Path::new("m").join(file)).collect();
        names(paths, tool).unwrap().into_iter().map(|(_, name)| name).collect()
    };
    assert_eq!(named(Tool::Pgroll, &["02_b.json", "01_a.yaml"]), ["01_a.yaml", "02_b.yaml"]);
    assert_eq!(
        named(Tool::Reshape, &["10_c.toml", "2_b.json", "1_a.toml"]),
        ["01_a.yaml", "02_b.yaml", "10_c.yaml"]
    );
    assert_eq!(named(Tool::Reshape, &["v10.toml", "v9.toml"]), ["0001_v9.yaml", "0002_v10.yaml"]);
    let twice = ["1_a.json", "1_a.toml"].map(|file| Path::new(file).to_owned()).to_vec();
    assert!(names(twice, Tool::Reshape).is_err());
}
