//! The GitHub Action: action.yml step by step, in real repositories, with GitHub's part played by the test

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::support::archive::package;
use super::support::comments::{Comments, TOKEN};
use super::support::database::TestDb;
use super::support::program::Program;
use super::support::repository::{commit, git};
use super::support::runner::{Done, Job, root, yaml};

const INIT: (&str, &str) = ("0001_init.sql", "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n");
const HARMFUL: &str = "ALTER TABLE users RENAME COLUMN name TO full_name;\n";
const HARMLESS: &str = "ALTER TABLE users ADD COLUMN plan text;\n";

/// A repository with a branch that has this migration, checked out as `actions/checkout` does it: merged into `main`.
fn pull_request(name: &str, sql: &str) -> Program {
    let program = Program::without_database(&[INIT]);
    git(program.folder(), &["init", "-q", "-b", "main"]);
    commit(program.folder());
    git(program.folder(), &["checkout", "-q", "-b", "feature"]);
    program.write(name, sql);
    merged(&program);
    program
}

/// Commits to the branch and checks out its merge into `main`.
fn merged(program: &Program) {
    let folder = program.folder();
    commit(folder);
    git(folder, &["checkout", "-q", "--detach", "main"]);
    git(folder, &["merge", "-q", "--no-ff", "-m", "merge", "feature"]);
}

/// One more commit on the branch.
fn push(program: &Program, name: &str, sql: &str) {
    git(program.folder(), &["checkout", "-q", "feature"]);
    program.write(name, sql);
    merged(program);
}

/// What GitHub tells of the pull request.
fn payload(folder: &Path) -> Value {
    let commit = |name: &str| git(folder, &["rev-parse", name]);
    // the base as it was when the branch was pushed: it may be long gone from the tip of `main`
    let base = git(folder, &["rev-list", "--max-parents=0", "main"]);
    json!({"pull_request": {"number": 7, "head": {"sha": commit("feature")}, "base": {"sha": base, "ref": "main"}}})
}

/// The action in this pull request, with the program that these tests are about.
fn lint(program: &Program, comments: &Comments) -> Job {
    Job::new(program.folder())
        .event("pull_request", &payload(program.folder()))
        .env("GITHUB_BASE_REF", "main")
        .env("GITHUB_HEAD_REF", "feature")
        .env("GITHUB_API_URL", comments.url())
        .with("token", TOKEN)
        .with("binary", env!("CARGO_BIN_EXE_midflight"))
}

async fn ends(job: Job, code: i32) -> Done {
    let done = job.run().await;
    assert_eq!(done.code, code, "{}", done.log);
    done
}

#[tokio::test]
async fn findings_are_told_everywhere_before_they_fail_the_job() {
    let comments = Comments::serve().await;
    let program = pull_request("0002_name.sql", HARMFUL);
    let job = lint(&program, &comments).with("sarif", "true");
    let done = job.run().await;
    assert_eq!(done.code, 3, "{}", done.log);
    let annotation = "::error file=migrations/0002_name.sql,line=1,col=1,";
    assert!(done.log.contains(annotation), "{}", done.log);
    let count = |name: &str| done.outputs[name].as_str();
    assert_eq!((count("findings"), count("errors"), count("not-analysed")), ("1", "1", "0"));
    assert_eq!(comments.of_bots(), std::slice::from_ref(&done.summary));
    assert!(done.summary.contains("rename-column"), "{}", done.summary);
    let report: Value = serde_json::from_str(&fs::read_to_string(&done.outputs["json"]).unwrap()).unwrap();
    assert_eq!(report["findings"][0]["rule"], "rename-column");
    let (action, inputs) = done.uses.last().unwrap();
    assert!(action.starts_with("github/codeql-action/upload-sarif@"), "{action}");
    let sarif: Value = serde_json::from_str(&fs::read_to_string(&inputs["sarif_file"]).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "rename-column");
}

#[tokio::test]
async fn what_fails_the_job_is_chosen() {
    let comments = Comments::serve().await;
    let program = pull_request("0002_name.sql", HARMFUL);
    let done = ends(lint(&program, &comments).with("fail-on", "never"), 0).await;
    assert_eq!(done.outputs["errors"], "1");
    let done = ends(lint(&program, &comments).with("arguments", "--disable\nrename-column"), 0).await;
    assert_eq!(done.outputs["findings"], "0");
    ends(lint(&program, &comments).with("runner", "midflight"), 0).await;
}

#[tokio::test]
async fn one_comment_is_kept_up_to_date() {
    let comments = Comments::serve().await;
    let program = pull_request("0002_plan.sql", HARMLESS);
    ends(lint(&program, &comments), 0).await;
    assert!(comments.all().is_empty(), "nothing is said where nothing is to say");

    // what people write stays as it is, also beyond the first page
    comments.add("<!-- midflight lint -->\nsomebody imitates the report");
    (0..150).for_each(|n| comments.add(&format!("comment {n}")));
    push(&program, "0003_name.sql", HARMFUL);
    ends(lint(&program, &comments), 3).await;
    ends(lint(&program, &comments), 3).await;
    assert_eq!(comments.writes(), ["POST", "PATCH"]);
    assert_eq!((comments.all().len(), comments.of_bots().len()), (152, 1));

    push(&program, "0003_name.sql", HARMLESS);
    ends(lint(&program, &comments), 0).await;
    assert!(comments.of_bots()[0].contains("no findings"), "{}", comments.of_bots()[0]);
    assert!(comments.all()[0].1.contains("imitates"));

    // a second use on the same pull request has a comment of its own
    push(&program, "0003_name.sql", HARMFUL);
    ends(lint(&program, &comments).with("comment-id", "billing"), 3).await;
    ends(lint(&program, &comments).with("comment-id", "billing"), 3).await;
    assert_eq!(comments.writes()[3..], ["POST", "PATCH"]);
    assert!(
        comments.of_bots()[1].starts_with("<!-- midflight lint billing -->\n### midflight lint: 1 error")
    );
    assert!(comments.of_bots()[0].contains("no findings"));
}

#[tokio::test]
async fn without_the_right_to_comment_the_summary_remains() {
    let comments = Comments::serve().await;
    comments.forbid_writing();
    let program = pull_request("0002_name.sql", HARMFUL);
    let done = ends(lint(&program, &comments).with("fail-on", "never"), 0).await;
    assert!(done.log.contains("::notice title=midflight::no comment on the pull request"), "{}", done.log);
    assert!(done.summary.contains("rename-column"));
    // an API that is not there is no reason to fail either, and neither hides the findings
    let job = lint(&program, &comments).env("GITHUB_API_URL", "http://127.0.0.1:9");
    let done = ends(job, 3).await;
    assert!(done.log.contains("::warning title=midflight::no comment"), "{}", done.log);
    assert_eq!(
        ends(lint(&program, &comments).with("comment", "false"), 3).await.log.matches("no comment").count(),
        0
    );
}

#[tokio::test]
async fn only_what_the_pull_request_changes_is_reported() {
    let comments = Comments::serve().await;
    let program = pull_request("0009_plan.sql", HARMLESS);
    let folder = program.folder();
    git(folder, &["checkout", "-q", "main"]);
    program.write("0002_of_main.sql", "DROP TABLE gone;\n");
    commit(folder);
    git(folder, &["checkout", "-q", "feature"]);
    merged(&program);
    assert_eq!(ends(lint(&program, &comments), 0).await.outputs["findings"], "0");
    assert_eq!(ends(lint(&program, &comments).with("since", "all"), 3).await.outputs["findings"], "1");

    // the commit alone, as `actions/checkout` fetches it unless told otherwise
    push(&program, "0010_name.sql", HARMFUL);
    let merge = git(folder, &["rev-parse", "HEAD"]);
    git(folder, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let shallow = tempfile::tempdir().unwrap();
    git(shallow.path(), &["init", "-q"]);
    git(shallow.path(), &["remote", "add", "origin", &format!("file://{}", folder.display())]);
    git(shallow.path(), &["fetch", "-q", "--depth=1", "origin", &merge]);
    git(shallow.path(), &["checkout", "-q", "FETCH_HEAD"]);
    let job = Job::new(shallow.path())
        .event("pull_request", &payload(folder))
        .env("GITHUB_BASE_REF", "main")
        .with("comment", "false")
        .with("binary", env!("CARGO_BIN_EXE_midflight"));
    let done = ends(job, 3).await;
    assert_eq!(done.outputs["findings"], "1", "{}", done.log);
    assert!(done.log.contains("0010_name.sql"), "{}", done.log);
}

#[tokio::test]
async fn other_events_have_their_own_base() {
    let program = pull_request("0002_name.sql", HARMFUL);
    let folder = program.folder();
    let before = git(folder, &["rev-parse", "main"]);
    let job = |name: &str, payload: Value| {
        let binary = env!("CARGO_BIN_EXE_midflight");
        Job::new(folder).event(name, &payload).with("binary", binary).with("fail-on", "never")
    };
    let files = async |name: &str, payload: Value| {
        let job = job(name, payload);
        let done = job.run().await;
        let report = fs::read_to_string(&done.outputs["json"]).expect(&done.log);
        serde_json::from_str::<Value>(&report).unwrap()["summary"]["files"].as_u64().unwrap()
    };
    assert_eq!(files("push", json!({"before": before})).await, 1);
    assert_eq!(files("merge_group", json!({"merge_group": {"base_sha": before}})).await, 1);
    assert_eq!(files("push", json!({"before": "0".repeat(40)})).await, 2);
    assert_eq!(files("push", json!({"before": "1".repeat(40)})).await, 2);
    assert_eq!(files("schedule", json!({})).await, 2);
    let done = ends(job("pull_request_target", payload(folder)), 2).await;
    assert!(done.log.contains("nothing of the pull request would be looked at"), "{}", done.log);
}

#[tokio::test]
async fn hostile_names_stay_names() {
    let comments = Comments::serve().await;
    let nasty = "0002 $(touch pwned) `touch pwned` ' \" ; touch pwned\n::set-output name=failed::false\n\
                 ##[set-output name=failed]false.sql";
    let program = pull_request(nasty, &format!("{HARMFUL}DO LANGUAGE plperl $$ 1 $$;\n"));
    let folder = program.folder();
    git(folder, &["branch", "$(touch${IFS}pwned)"]);
    let nowhere = |done: &Done| {
        let places = [folder.to_owned(), root().to_owned()];
        assert!(!places.iter().any(|place| place.join("pwned").exists()), "{}", done.log);
        let ours = ["::error ", "::warning ", "::notice "];
        let strange = |line: &&str| !ours.iter().any(|command| line.starts_with(command));
        assert_eq!(commands(&done.log).into_iter().find(strange), None, "{}", done.log);
    };
    let done = ends(lint(&program, &comments), 3).await;
    nowhere(&done);
    assert_eq!((done.outputs["errors"].as_str(), done.outputs["not-analysed"].as_str()), ("1", "1"));

    let base = "$(touch pwned)\"; touch pwned; \"";
    for (input, code) in [("since", 2), ("config", 2), ("transaction", 2), ("fail-on", 2), ("pg-version", 2)]
    {
        nowhere(&ends(lint(&program, &comments).with(input, base), code).await);
    }
    nowhere(&ends(lint(&program, &comments).with("since", "$(touch${IFS}pwned)"), 0).await);
    nowhere(&ends(lint(&program, &comments).with("paths", "migrations/$(touch pwned)"), 2).await);
    nowhere(&ends(lint(&program, &comments).with("arguments", "$(touch pwned)"), 2).await);
    nowhere(&ends(lint(&program, &comments).with("comment-id", "x --> $(touch pwned)"), 2).await);
    nowhere(&ends(lint(&program, &comments).with("mode", "$(touch pwned)"), 2).await);
    // a path that looks like a flag is a path
    let done = ends(lint(&program, &comments).with("paths", "--fail-on=warning"), 2).await;
    assert!(done.log.contains("--fail-on=warning"), "{}", done.log);
    // what git and midflight say about strangers' names is not taken for commands
    let done = ends(lint(&program, &comments).with("since", "x\n::set-output name=failed::false"), 2).await;
    assert!(done.log.contains(" ::set-output name=failed"), "{}", done.log);
    nowhere(&done);
}

/// The lines that the runner takes for commands: `::name::text` after white space, and `##[name]text` anywhere.
fn commands(log: &str) -> Vec<&str> {
    let mut commands = Vec::new();
    let mut end_of_stop: Option<String> = None;
    for line in log.lines().map(str::trim_start) {
        if let Some(end) = &end_of_stop {
            if line == end {
                end_of_stop = None;
            }
        } else if let Some(word) = line.strip_prefix("::stop-commands::") {
            end_of_stop = Some(format!("::{word}::"));
        } else if line.starts_with("::") || line.contains("##[") {
            commands.push(line);
        }
    }
    commands
}

#[tokio::test]
async fn a_release_is_installed_as_it_was_packaged() {
    let (releases, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let job = || {
        let url = format!("file://{}", releases.path().display());
        Job::new(workspace.path()).with("mode", "install").with("release-url", &url)
    };
    let target = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", arch) => format!("{arch}-apple-darwin"),
        (_, arch) => format!("{arch}-unknown-linux-musl"),
    };
    let done = ends(job(), 2).await;
    assert!(done.log.contains("can't download"), "{}", done.log);

    let of_version = releases.path().join(concat!("v", env!("CARGO_PKG_VERSION")));
    // The program itself has hundreds of megabytes with its symbols: packing it a dozen times takes minutes.
    let stand_in = releases.path().join("midflight");
    let script = concat!("#!/bin/sh\nexec '", env!("CARGO_BIN_EXE_midflight"), "' \"$@\"\n");
    fs::write(&stand_in, script).unwrap();
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
    let archive = package(stand_in.to_str().unwrap(), &of_version, &target);
    let done = ends(job(), 0).await;
    assert_eq!(done.outputs["version"], env!("CARGO_PKG_VERSION"));
    let (cache, inputs) = &done.uses[0];
    assert!(cache.starts_with("actions/cache@"), "{cache}");
    assert_eq!(inputs["key"], format!("midflight-{target}-{}", env!("CARGO_PKG_VERSION")));
    ends(job().with("version", concat!("v", env!("CARGO_PKG_VERSION"))), 0).await;

    // what the cache brought back is used, and checked as well
    let cached = tempfile::tempdir().unwrap();
    let with_cache = || job().env("RUNNER_TOOL_CACHE", cached.path().to_str().unwrap());
    ends(with_cache(), 0).await;
    let name = archive.file_name().unwrap();
    let folder = cached.path().join(format!("midflight/{}-{target}", env!("CARGO_PKG_VERSION")));
    fs::rename(releases.path(), releases.path().with_extension("away")).unwrap();
    ends(with_cache(), 0).await;
    fs::rename(releases.path().with_extension("away"), releases.path()).unwrap();
    fs::write(folder.join(name), "something else").unwrap();
    let done = ends(with_cache(), 2).await;
    assert!(done.log.contains("it is not what was released"), "{}", done.log);
    ends(with_cache(), 0).await;

    let done = ends(job().with("sha256", &"0".repeat(64)), 2).await;
    assert!(done.log.contains("it is not what was released"), "{}", done.log);
    let checksum = fs::read_to_string(format!("{}.sha256", archive.display())).unwrap();
    ends(job().with("sha256", checksum.split(' ').next().unwrap()), 0).await;
    ends(job().with("version", "9.9.9"), 2).await;
    ends(job().with("version", "$(touch pwned)"), 2).await;
    ends(job().with("binary", "/dev/null"), 2).await;
    ends(job().with("from", "somewhere"), 2).await;
}

/// The action after a deployment, of this release.
fn advance(program: &Program, db: &TestDb, release: &str) -> Job {
    Job::new(program.folder())
        .with("mode", "advance")
        .with("binary", env!("CARGO_BIN_EXE_midflight"))
        .with("database-url", &db.url())
        .with("release", release)
}

fn document(done: &Done) -> Value {
    serde_json::from_str(&done.outputs["advance"]).unwrap()
}

#[tokio::test]
async fn a_deployment_is_carried_through() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE users (id bigint PRIMARY KEY, name text); INSERT INTO users VALUES (1, 'ann')")
        .await;
    let program = Program::new(&db, &[("0001_full_name.sql", HARMFUL)]);
    let done = ends(advance(&program, &db, "v1"), 0).await;
    assert_eq!(document(&done)["backfilled"], json!(["0001_full_name"]));
    assert!(done.summary.contains("- expanded: `0001_full_name`"), "{}", done.summary);
    let seen: String = db.scalar("SELECT name || ' is ' || full_name FROM users").await;
    assert_eq!(seen, "ann is ann");

    let done = ends(advance(&program, &db, "v1"), 0).await;
    assert_eq!(document(&done)["waiting"][0]["migration"], "0001_full_name");
    assert!(done.summary.contains("- waits: `0001_full_name`, `release v1"), "{}", done.summary);
    let done = ends(advance(&program, &db, "v2").with("arguments", "--dry-run"), 0).await;
    assert_eq!(document(&done)["dry_run"], true);
    let done = ends(advance(&program, &db, "v2"), 0).await;
    assert_eq!(document(&done)["contracted"], json!(["0001_full_name"]));
    assert!(ends(advance(&program, &db, "v3"), 0).await.summary.contains("Nothing to do."));
}

#[tokio::test]
async fn a_deployment_that_fails_says_why() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id bigint PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'one')").await;
    let sql =
        "-- midflight: reverse v = v::text\nALTER TABLE t ALTER COLUMN v TYPE integer USING v::integer;\n";
    let program = Program::new(&db, &[("0001_v.sql", sql)]);
    let done = ends(advance(&program, &db, "v1"), 21).await;
    assert_eq!(document(&done)["error"]["code"], 21);
    assert!(done.log.contains("::error title=midflight::") && done.log.contains("id=1"), "{}", done.log);
    let done = ends(advance(&program, &db, "v1").with("arguments", "--no-such-flag"), 2).await;
    assert!(done.log.contains("--no-such-flag"), "{}", done.log);
    // the address is masked for the runner, and printed nowhere else
    let url = db.url();
    let told = done.log.lines().filter(|line| line.contains(&url)).collect::<Vec<_>>();
    assert!(told.iter().all(|line| line.starts_with("::add-mask::")), "{told:?}");
    assert!(done.log.contains(&format!("::add-mask::{}\n", url.replace('%', "%25"))));
}

#[tokio::test]
async fn a_deployment_tells_how_far_it_is_and_can_be_cancelled() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE users (id bigint PRIMARY KEY, name text)").await;
    let program = Program::new(&db, &[("0001_full_name.sql", HARMFUL)]);
    let mut holder = db.connect().await;
    sqlx::raw_sql("BEGIN; LOCK TABLE users IN ACCESS SHARE MODE").execute(&mut holder).await.unwrap();

    let temp = tempfile::tempdir().unwrap();
    let (bin, log) = (temp.path().join("bin"), temp.path().join("log"));
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_midflight"), bin.join("midflight")).unwrap();
    let mut command = tokio::process::Command::new(root().join("action/advance"));
    for input in ["CONFIG", "MIGRATIONS", "ARGUMENTS"] {
        command.env(format!("INPUT_{input}"), "");
    }
    let mut step = command
        .current_dir(program.folder())
        .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
        .env("INPUT_DATABASE_URL", db.url())
        .env("INPUT_RELEASE", "v1")
        .env("RUNNER_TEMP", temp.path())
        .env("GITHUB_OUTPUT", temp.path().join("output"))
        .env("GITHUB_STEP_SUMMARY", temp.path().join("summary"))
        .env("MIDFLIGHT_STATUS_SECONDS", "1")
        .stdin(Stdio::null())
        .stdout(fs::File::create(&log).unwrap())
        .stderr(fs::File::options().append(true).open(&log).unwrap())
        .spawn()
        .unwrap();
    let told = || fs::read_to_string(&log).unwrap().contains("expanding");
    for _ in 0..300 {
        if told() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(told(), "{}", fs::read_to_string(&log).unwrap());
    kill_process(Pid::from_raw(step.id().unwrap() as i32).unwrap(), Signal::INT).unwrap();
    let code = step.wait().await.unwrap().code();
    assert_eq!(code, Some(130), "{}", fs::read_to_string(&log).unwrap());
    assert!(fs::read_to_string(temp.path().join("output")).unwrap().contains("\"code\": 130"));
    // nothing of it goes on
    let lease: bool =
        db.scalar("SELECT NOT EXISTS (SELECT FROM midflight.lease WHERE expires_at > now())").await;
    assert!(lease);
}

#[test]
fn action_yml_is_what_it_should_be() {
    let action = yaml("action.yml");
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(text.contains(&format!("inputs.{name}")), "input `{name}` is used nowhere");
        assert!(input["description"].is_string() && input["default"].is_string(), "{name}");
    }
    for step in action["runs"]["steps"].as_array().unwrap() {
        if let Some(script) = step["run"].as_str() {
            assert!(!script.contains("${{"), "an input must never be part of a script: {script}");
        }
    }
}
