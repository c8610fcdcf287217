//! Findings as people and machines read them.

use midflight::lint::render::{self, Format, Input};
use midflight::lint::{Options, Severity, check};

use super::migration;

fn rendered(format: Format, path: &str, sql: &str) -> String {
    let migrations = [migration(path, sql)];
    let report = check(&migrations, &Options::default());
    render::render(
        format,
        Input { report: &report, migrations: &migrations, fails_at: Severity::Error, color: false },
    )
}

#[test]
fn people_see_the_line_the_lock_and_the_way_out() {
    let show = |sql: &str| rendered(Format::Human, "migrations/0002.sql", sql);
    insta::assert_snapshot!(show("-- amounts outgrow integer\r\nALTER TABLE orders\r\n  ALTER COLUMN amount TYPE bigint;\r\n"), @r##"
    error[change-type-rewrites]: changing `amount` to bigint rewrites `orders`
     --> migrations/0002.sql:3:28
      |
    3 |   ALTER COLUMN amount TYPE bigint;
      |                            ^^^^^^
      |
      = note: takes ACCESS EXCLUSIVE, which blocks reads and writes
      = help: add a second column of type bigint to `orders`, keep it in step with `amount` by a trigger, convert the old rows in batches, then let the columns change places
      = help: `midflight expand` adds a shadow column that a trigger keeps in step, and converts the rows in batches

    1 error in 1 file (1 statement)
    `midflight explain change-type-rewrites` tells why and shows the safe way
    "##);
    insta::assert_snapshot!(show("CREATE INDEX \"Orders by date\"\n    ON orders (created_at DESC)\n    WHERE not done;\n"), @r##"
    error[index-build-blocks-writes]: building this index stops every write to `orders` until it is done
     --> migrations/0002.sql:1:1
      |
    1 | / CREATE INDEX "Orders by date"
    2 | |     ON orders (created_at DESC)
    3 | |     WHERE not done;
      | |__________________^
      |
      = note: takes SHARE, which blocks writes
      = help: run `CREATE INDEX CONCURRENTLY "Orders by date" ON orders (created_at DESC) WHERE not done` by itself, outside a transaction
      = help: `midflight expand` builds it concurrently, and rebuilds it when a build fails

    1 error in 1 file (1 statement)
    `midflight explain index-build-blocks-writes` tells why and shows the safe way
    "##);
    insta::assert_snapshot!(show("-- midflight: allow drop-tabel because x\nALTER TABLE t ALTER c TYPE text;"), @r##"
    warning[unknown-rule-in-allow]: there is no rule `drop-tabel`
     --> migrations/0002.sql:1:21
      |
    1 | -- midflight: allow drop-tabel because x
      |                     ^^^^^^^^^^
      |
      = help: did you mean `drop-table`?

    warning[change-type-rewrites]: changing `c` to text may rewrite `t`: no file says what its type is
     --> migrations/0002.sql:2:28
      |
    2 | ALTER TABLE t ALTER c TYPE text;
      |                            ^^^^
      |
      = note: takes ACCESS EXCLUSIVE, which blocks reads and writes
      = help: add a second column of type text to `t`, keep it in step with `c` by a trigger, convert the old rows in batches, then let the columns change places
      = help: `midflight expand` adds a shadow column that a trigger keeps in step, and converts the rows in batches

    2 warnings in 1 file (1 statement)
    `midflight explain change-type-rewrites` tells why and shows the safe way (likewise: unknown-rule-in-allow)
    "##);
    insta::assert_snapshot!(show("SELECT 1;"), @r##"
    no findings in 1 file (1 statement)
    "##);
    let migrations = [migration("a.sql", "DROP TABLE t")];
    let report = check(&migrations, &Options::default());
    let input = Input { report: &report, migrations: &migrations, fails_at: Severity::Error, color: true };
    assert!(render::render(Format::Human, input).contains("\u{1b}["));
}

#[test]
fn json_has_the_documented_shape() {
    let text = rendered(Format::Json, "m/1.sql", "CREATE INDEX i ON t (a);\nALTER TABEL x;");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["schema_version", "findings", "allowed", "not_analysed", "summary"]);
    assert_eq!(
        keys(&json["findings"][0]),
        [
            "rule",
            "severity",
            "path",
            "line",
            "column",
            "end_line",
            "end_column",
            "message",
            "help",
            "lock",
            "blocks",
            "fix"
        ]
    );
    let first = &json["findings"][0];
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(1), Some(1)));
    assert_eq!((first["end_line"].as_u64(), first["end_column"].as_u64()), (Some(1), Some(24)));
    assert_eq!((&first["lock"], &first["blocks"]), (&"SHARE".into(), &serde_json::json!(["writes"])));
    assert_eq!(
        (&json["findings"][1]["lock"], &json["findings"][1]["blocks"]),
        (&serde_json::Value::Null, &serde_json::json!([]))
    );
    assert_eq!(json["summary"]["not_analysed"], 1);
}

#[test]
fn github_gets_annotations() {
    let text = rendered(Format::Github, "./m/a,b:1.sql", "DROP TABLE \"50%\";");
    assert!(
        text.starts_with("::error file=m/a%2Cb%3A1.sql,line=1,col=12,endLine=1,endColumn=16,title=drop-table::dropping `\"50%25\"`"),
        "{text}"
    );
    assert_eq!(text.lines().nth(1), Some("1 error in 1 file (1 statement)"));
    assert!(text.contains("%0AHelp: "));
}
