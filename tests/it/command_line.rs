//! Every command alike: help, errors of usage, completions, manual pages, docs/commands.md

use std::process::{Command, Output};

use clap::CommandFactory;
use midflight::cli::Cli;

use super::support::database::TestDb;
use super::support::program::Program;

fn midflight(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_midflight"));
    command.args(arguments).env("COLUMNS", "200").env_remove("DATABASE_URL").output().unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn commands() -> Vec<String> {
    let names: Vec<String> =
        Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    assert!(names.len() > 15);
    names
}

#[test]
fn help_says_what_a_command_does() {
    for name in commands() {
        let help = text(&midflight(&[&name, "--help"]));
        let long: Vec<&str> = help.lines().filter(|line| line.chars().count() > 110).collect();
        assert!(long.is_empty(), "{name}: {long:?}");
        for part in ["Usage: midflight", "\nExamples:\n  ", "\nChanges"] {
            assert!(help.contains(part), "`midflight {name} --help` has no {part:?}:\n{help}");
        }
        assert!(
            help.contains(&format!("  midflight {name}")) || name == "lint",
            "{name} has no example of itself"
        );
    }
}

#[test]
fn a_wrong_command_line_is_told_to_programs() {
    for name in commands() {
        let output = midflight(&[&name, "--no-such-flag", "--format", "json"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(output.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let error = &document["error"];
        assert_eq!((error["code"].as_i64(), error["retryable"].as_bool()), (Some(2), Some(false)), "{name}");
        assert!(error["message"].as_str().unwrap().contains("--no-such-flag"), "{error}");
        assert!(error["hint"].as_str().unwrap().contains(&format!("usage: midflight {name}")), "{error}");
    }
}

#[test]
fn a_database_that_is_not_there_is_told_alike() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1_a.sql"), "ALTER TABLE a ADD COLUMN b int;").unwrap();
    let (migrations, url) = (folder.path().to_str().unwrap(), "postgresql://me:hunter2@127.0.0.1:1/nothing");
    let stages = ["plan", "expand", "backfill", "verify", "contract", "rollback", "advance --release v1"];
    for command in stages.into_iter().chain(["status", "pause", "resume", "baseline", "init"]) {
        let with = |more: &[&str]| {
            let arguments: Vec<&str> =
                command.split(' ').chain(["--database-url", url, "--migrations", migrations]).collect();
            midflight(&[&arguments, more].concat())
        };
        let (document, quiet) = (with(&["--format", "json"]), with(&["-q"]));
        for output in [&document, &quiet] {
            assert_eq!(output.status.code(), Some(30), "{command}");
            let told = String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap();
            assert!(told.contains("127.0.0.1:1") && !told.contains("hunter2"), "{command}: {told}");
        }
        let read: serde_json::Value = serde_json::from_slice(&document.stdout).unwrap();
        assert!(read["error"]["retryable"] == true && document.stderr.is_empty(), "{command}: {read}");
        assert!(quiet.stdout.is_empty(), "{command}");
    }
}

#[test]
fn typos_are_answered_with_what_was_meant() {
    for (arguments, meant) in [
        (&["stauts"][..], "'status'"),
        (&["expand", "--relase", "v1"], "'--release'"),
        (&["explain", "drop-colum"], "`drop-column`"),
        (&["lint", "--disable", "drop-tabel"], "`drop-table`"),
        (&["completions", "bahs"], "'bash'"),
        (&["contract", "--override", "gate", "--because", "x"], "'gates'"),
    ] {
        let output = midflight(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(meant), "{arguments:?}: {error}");
    }
}

#[tokio::test]
async fn a_dry_run_shows_its_stage_and_does_nothing() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL)").await;
    let midflight = Program::new(
        &db,
        &[(
            "1_split.yaml",
            "operations:\n  - transform_columns: {table: users, from: [name], to: [{name: nick, type: text, not_null: true}], up: {nick: name}, down: {name: nick}}\n",
        )],
    );
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    let stages = ["expand", "backfill", "verify", "contract", "rollback"];
    for (stage, shown) in [
        ("verify", "compare every row of public.users"),
        ("contract", "drop public.users.name"),
        ("rollback", "undo: set public.users.nick NOT NULL"),
    ] {
        let text = midflight.ok(&[stage, "1_split", "--dry-run"]).await.stdout;
        let headings: Vec<&str> =
            stages.into_iter().filter(|name| text.contains(&format!("\n  {name}  ("))).collect();
        assert_eq!(headings, [stage], "{text}");
        assert!(text.contains(shown) && !text.contains("nothing to"), "{text}");
    }
    let phase: String = db.scalar("SELECT midflight.phase('1_split')").await;
    assert_eq!(phase, "backfilled");
}

#[test]
fn shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&midflight(&["completions", shell]));
        for name in commands() {
            assert!(script.contains(&name), "{shell} doesn't know {name}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("midflight.bash");
    std::fs::write(&path, text(&midflight(&["completions", "bash"]))).unwrap();
    // what bash itself makes of it: `midflight rol` and Tab
    let ask = format!(
        ". {}; COMP_WORDS=(midflight rol); COMP_CWORD=1; _midflight midflight rol midflight; echo \"${{COMPREPLY[*]}}\"",
        path.display()
    );
    let output = Command::new("bash").args(["-c", &ask]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "rollback");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("man1");
    midflight(&["man", "--out", out.to_str().unwrap()]);
    for name in commands() {
        let page = std::fs::read_to_string(out.join(format!("midflight-{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH midflight-{name} 1")), "{name}");
    }
    assert!(text(&midflight(&["man"])).contains(".TH midflight 1"));
}

#[test]
fn colour_is_for_those_who_want_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1.sql");
    std::fs::write(&file, "DROP TABLE users;").unwrap();
    let coloured = |flag: &str, variable: (&str, &str)| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_midflight"));
        command.args(["lint", "--color", flag, file.to_str().unwrap()]);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
            command.env_remove(name);
        }
        let output = command.env(variable.0, variable.1).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured("auto", ("TERM", "xterm")), "output goes to a pipe");
    assert!(coloured("auto", ("CLICOLOR_FORCE", "1")));
    assert!(coloured("always", ("NO_COLOR", "1")));
    assert!(!coloured("never", ("CLICOLOR_FORCE", "1")));
}

/// docs/commands.md says what `--help` says.
#[test]
fn commands_are_documented() {
    let path = super::support::page::root().join("docs/commands.md");
    let wanted = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert_eq!(found, wanted, "run UPDATE_DOCS=1 cargo nextest run commands_are_documented");
}

fn page() -> String {
    let mut program = Cli::command();
    program.build();
    let list: String = program.get_subcommands().filter(|command| !is_help(command)).map(summary).collect();
    let sections: String =
        program.get_subcommands().filter(|command| !is_help(command)).map(section).collect();
    let global: String =
        program.get_arguments().filter(|argument| argument.is_global_set()).map(argument_row).collect();
    format!(
        "# Commands\n\nWritten from the program: what `midflight COMMAND --help` says, on one page. Without names a \
         command takes every migration\nthat is due, in order. [Exit codes](exit-codes.md) and [JSON](json.md) have \
         pages of their own.\n\n| command | |\n|---|---|\n{list}\n## Global options\n\n| option | |\n|---|---|\n\
         {global}{sections}"
    )
}

fn is_help(command: &clap::Command) -> bool {
    command.get_name() == "help"
}

fn summary(command: &clap::Command) -> String {
    let name = command.get_name();
    format!("| [`{name}`](#{name}) | {} |\n", command.get_about().unwrap_or_default())
}

fn section(command: &clap::Command) -> String {
    let about = command.get_long_about().or(command.get_about()).unwrap_or_default().to_string();
    let usage = command.clone().render_usage().to_string();
    let rows: String = command
        .get_arguments()
        .filter(|argument| {
            !argument.is_global_set() && !["help", "version"].contains(&argument.get_id().as_str())
        })
        .map(argument_row)
        .collect();
    let rows = if rows.is_empty() { rows } else { format!("| argument, option | |\n|---|---|\n{rows}\n") };
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    format!(
        "\n## {}\n\n{}\n\n```text\n{}\n```\n\n{rows}```text\n{}\n```\n",
        command.get_name(),
        about.trim(),
        usage.trim_start_matches("Usage: "),
        after.trim()
    )
}

fn argument_row(argument: &clap::Arg) -> String {
    let long = argument.get_long().map(|long| format!("--{long}"));
    let short = argument.get_short().map(|short| format!("-{short}"));
    let values = argument.get_value_names().filter(|_| argument.get_action().takes_values());
    let values: Vec<&str> = values.unwrap_or_default().iter().map(|name| name.as_str()).collect();
    let flags: Vec<String> = [short, long].into_iter().flatten().collect();
    let name = format!("{} {}", flags.join(", "), values.join(" "));
    let mut help = argument.get_long_help().or(argument.get_help()).unwrap_or_default().to_string();
    let choices: Vec<String> =
        argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    if argument.get_action().takes_values() && !choices.is_empty() {
        help.push_str(&format!(": {}", choices.join(", ")));
    }
    let defaults: Vec<_> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if argument.get_action().takes_values() && !defaults.is_empty() {
        help.push_str(&format!(" (default `{}`)", defaults.join(",")));
    }
    if let Some(variable) = argument.get_env() {
        help.push_str(&format!("; or `{}` in the environment", variable.to_string_lossy()));
    }
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("| `{}` | {} |\n", name.trim().replace('|', "\\|"), help.replace('|', "\\|"))
}
