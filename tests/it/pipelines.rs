//! The examples of pipelines-examples: each runs from beginning to end on a server, as far as it is midflight's. Programs
//! that are the reader's (`./deploy`) or another tool's (`npx`) write down how they were called.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::support::database::TestDb;
use super::support::program::Program;
use super::support::repository::{commit, git};
use super::support::runner::{Job, root, yaml};

const RENAME: (&str, &str) = ("0001_full_name.sql", "ALTER TABLE users RENAME COLUMN name TO full_name;\n");

/// A project with its database, and the programs that a pipeline calls beside midflight.
struct Project {
    program: Program,
    db: TestDb,
    bin: PathBuf,
}

impl Project {
    async fn new(files: &[(&str, &str)]) -> Self {
        let db = TestDb::create().await;
        db.exec("CREATE TABLE users (id bigint PRIMARY KEY, name text); INSERT INTO users VALUES (1, 'ann')")
            .await;
        let program = Program::new(&db, files);
        let bin = program.folder().join("bin");
        fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_midflight"), bin.join("midflight")).unwrap();
        let project = Self { program, db, bin };
        project.records("deploy");
        project
    }

    fn folder(&self) -> &Path {
        self.program.folder()
    }

    /// Makes a program that writes down its name and arguments, for `./NAME` and on the PATH.
    fn records(&self, name: &str) {
        for folder in [self.folder(), &self.bin] {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let text =
                format!("#!/bin/sh\necho \"{name} $*\" >>'{}'\n", self.folder().join("calls").display());
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    /// What those programs have written down.
    fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder().join("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Copies an example's configuration.
    fn configured_by(&self, path: &str) {
        let from = root().join("pipelines-examples").join(path);
        fs::copy(from, self.folder().join("midflight.yaml")).unwrap();
    }

    /// Runs lines of a shell, as the pipeline's step would. Gives the exit code and all that was printed.
    fn shell(&self, lines: &str, environment: &[(&str, &str)]) -> (i32, String) {
        let output = Command::new("sh")
            .args(["-ec", &format!("exec 2>&1\n{lines}")])
            .current_dir(self.folder())
            .env("PATH", format!("{}:{}", self.bin.display(), std::env::var("PATH").unwrap()))
            .env("DATABASE_URL", self.db.url())
            .env_remove("MIDFLIGHT_RELEASE")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).unwrap())
    }

    /// Runs an example's script.
    fn script(&self, path: &str, arguments: &str) -> String {
        let script = root().join("pipelines-examples").join(path);
        let (code, printed) = self.shell(&format!("{} {arguments}", script.display()), &[]);
        assert_eq!(code, 0, "{path} {arguments}\n{printed}");
        printed
    }

    async fn phase(&self, id: &str) -> String {
        self.db.scalar(&format!("SELECT phase FROM midflight.migrations WHERE id = '{id}'")).await
    }
}

/// Whether a program is on this machine. What needs it is skipped otherwise, and says so.
fn has(program: &str, options: &[&str]) -> bool {
    let ran = Command::new(program).args(options).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = ran.is_ok_and(|status| status.success());
    if !there {
        println!("SKIPPED: `{program} {}` does not work here", options.join(" "));
    }
    there
}

#[tokio::test]
async fn rolling() {
    let project = Project::new(&[RENAME]).await;
    project.script("rolling/deploy.sh", "v1");
    assert_eq!(project.phase("0001_full_name").await, "backfilled");
    project.script("rolling/deploy.sh", "v2");
    assert_eq!(project.phase("0001_full_name").await, "contracted");
    assert_eq!(project.calls(), ["deploy v1", "deploy v2"]);
}

#[tokio::test]
async fn blue_green_and_back() {
    let project = Project::new(&[("0000_plan.sql", "ALTER TABLE users ADD COLUMN plan text;\n")]).await;
    ["start", "switch", "stop"].iter().for_each(|name| project.records(name));
    project.script("blue-green/deploy.sh", "v0 blue");
    project.program.write(RENAME.0, RENAME.1);
    project.script("blue-green/deploy.sh", "v1 green");
    project.script("blue-green/back.sh", "v0 blue");
    assert_eq!(project.phase("0001_full_name").await, "backfilled", "v0 knows the old name only");
    project.script("blue-green/deploy.sh", "v2 green");
    let calls =
        ["stop green", "start green v1", "switch green", "switch blue", "stop green", "start green v2"];
    assert_eq!(project.calls()[3..9], calls);
    // v0 served until now
    assert_eq!(project.phase("0001_full_name").await, "backfilled");
    project.script("blue-green/deploy.sh", "v3 blue");
    assert_eq!(project.phase("0001_full_name").await, "contracted");
}

#[tokio::test]
async fn canary() {
    let project = Project::new(&[RENAME]).await;
    project.db.exec("CREATE TABLE errors (at timestamptz)").await;
    project.configured_by("canary/midflight.yaml");
    ["canary", "stop-canary"].iter().for_each(|name| project.records(name));
    let script = root().join("pipelines-examples/canary/deploy.sh");
    let run = |release: &str| {
        let environment = [("SOAK", "2s"), ("SOAK_EVERY", "200ms")];
        project.shell(&format!("{} {release} 0001_full_name", script.display()), &environment)
    };
    project.db.exec("INSERT INTO errors SELECT now() FROM generate_series(1, 10)").await;
    let (code, printed) = run("v1");
    assert_eq!(code, 1, "{printed}");
    assert_eq!(project.calls(), ["canary v1", "stop-canary "]);
    assert_eq!(project.phase("0001_full_name").await, "rolled_back");

    project.db.exec("DELETE FROM errors").await;
    let (code, printed) = run("v2");
    assert_eq!(code, 0, "{printed}");
    assert_eq!(project.calls()[2..], ["canary v2", "deploy v2"]);
    assert_eq!(project.phase("0001_full_name").await, "backfilled");
}

#[tokio::test]
async fn feature_flag() {
    if !has("psql", &["--version"]) {
        return;
    }
    let project = Project::new(&[RENAME]).await;
    for (stage, answer) in [
        ("expand --release v1", "name|1"),
        ("backfill", "full_name|1"),
        ("contract --release v2", "full_name|1"),
    ] {
        let (code, printed) = project.shell(&format!("midflight {stage}"), &[]);
        assert_eq!(code, 0, "{printed}");
        assert_eq!(project.script("feature-flag/report.sh", "").trim(), answer, "{stage}");
    }
}

#[tokio::test]
async fn kubernetes() {
    let project = Project::new(&[RENAME]).await;
    for (file, phase) in [("expand", "expanded"), ("backfill", "backfilled"), ("contract", "contracted")] {
        let job = yaml(&format!("pipelines-examples/kubernetes/{file}.yaml"));
        assert_eq!((&job["apiVersion"], &job["kind"]), (&json!("batch/v1"), &json!("Job")));
        let pod = &job["spec"]["template"]["spec"];
        // a policy for failures wants exactly this, and its list has no 0
        assert_eq!(pod["restartPolicy"], "Never");
        let codes = &job["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"];
        assert_eq!(*codes, json!([4, 10, 11, 12, 13, 30, 130]));
        let containers = pod["containers"].as_array().unwrap();
        assert_eq!(containers.len(), 1);
        let environment: Vec<&Value> = containers[0]["env"].as_array().unwrap().iter().collect();
        let secret = environment.iter().find(|one| one["name"] == "DATABASE_URL").unwrap();
        assert!(secret["value"].is_null() && secret["valueFrom"]["secretKeyRef"]["key"].is_string());
        // $(NAME) is replaced by the container's own variables
        let argument = |argument: &Value| {
            let mut text = argument.as_str().unwrap().to_owned();
            for one in environment.iter().filter(|one| one["value"].is_string()) {
                let name = format!("$({})", one["name"].as_str().unwrap());
                text = text.replace(&name, one["value"].as_str().unwrap());
            }
            assert!(!text.contains("$("), "{text}");
            text
        };
        let arguments: Vec<String> = containers[0]["args"].as_array().unwrap().iter().map(argument).collect();
        project.program.ok(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert_eq!(project.phase("0001_full_name").await, phase);
    }
}

/// Eight pods, of which the scheduler says which is which; and a matrix. They share a fleet of schemas.
#[tokio::test]
async fn a_fleet_that_runners_share() {
    let project = Project::new(&[RENAME]).await;
    let tenants = |n: usize| {
        format!(
            "CREATE SCHEMA t{n}; CREATE TABLE t{n}.users (id bigint PRIMARY KEY, name text); INSERT INTO t{n}.users VALUES (1, 'a');"
        )
    };
    project.db.exec(&(0..5).map(tenants).collect::<String>()).await;
    let fleet = "fleet: shops\ntargets:\n  - {schemas: 't?', url: '${DIRECTORY_URL}'}\n";
    fs::write(project.folder().join("fleet.yaml"), fleet).unwrap();

    let job = yaml("pipelines-examples/kubernetes/fleet.yaml");
    let spec = &job["spec"];
    assert_eq!(
        (&spec["completionMode"], &spec["template"]["spec"]["restartPolicy"]),
        (&json!("Indexed"), &json!("Never"))
    );
    // an index that fails for good needs a limit of its own
    assert!(
        spec["backoffLimitPerIndex"].is_u64()
            && spec["podFailurePolicy"]["rules"][0]["action"] == "FailIndex"
    );
    assert_eq!(
        spec["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"],
        json!([4, 10, 11, 12, 13, 30, 130])
    );
    let arguments: Vec<&str> = spec["template"]["spec"]["containers"][0]["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    let line = arguments.join(" ").replace("$(RELEASE)", "v42");
    assert!(line.ends_with(&format!("--shard of={}", spec["completions"])), "{line}");
    let url = project.db.url();
    let pods: Vec<_> = ["0", "5"]
        .map(|index| {
            let mut pod = project.program.command(&line.split(' ').collect::<Vec<_>>());
            pod.env("JOB_COMPLETION_INDEX", index).env("DIRECTORY_URL", &url).spawn().unwrap()
        })
        .into();
    for pod in pods {
        let output = pod.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let phases = "SELECT string_agg(DISTINCT phase, ' ') || ' ' || count(*) FROM midflight.migrations";
    assert_eq!(project.db.scalar::<String>(phases).await, "backfilled 5");

    let workflow = yaml("pipelines-examples/github/fleet.yml");
    let job = &workflow["jobs"]["fleet"];
    let shards = job["strategy"]["matrix"]["shard"].as_array().unwrap();
    let step = job["steps"].as_array().unwrap().iter().find(|step| step["name"] == "Advance").unwrap();
    for shard in shards {
        let shard = shard.to_string();
        let environment = [("DIRECTORY_URL", url.as_str()), ("SHARD", &shard), ("GITHUB_SHA", "v43")];
        let (code, printed) = project.shell(step["run"].as_str().unwrap(), &environment);
        assert_eq!(code, 0, "{printed}");
        assert!(step["run"].as_str().unwrap().contains(&format!("$SHARD/{}", shards.len())));
    }
    assert_eq!(project.db.scalar::<String>(phases).await, "contracted 5");
}

#[tokio::test]
async fn gitlab() {
    let project = Project::new(&[]).await;
    let folder = project.folder();
    git(folder, &["init", "-q", "-b", "main"]);
    commit(folder);
    let base = git(folder, &["rev-parse", "HEAD"]);
    project.program.write(RENAME.0, RENAME.1);
    commit(folder);
    let head = git(folder, &["rev-parse", "HEAD"]);

    let pipeline = yaml("pipelines-examples/gitlab/gitlab-ci.yml");
    let mut ran = Vec::new();
    for stage in pipeline["stages"].as_array().unwrap() {
        let jobs = pipeline.as_object().unwrap().iter().filter(|(_, job)| job["stage"] == *stage);
        for (name, job) in jobs {
            let lines: Vec<&str> =
                job["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
            let variables =
                [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()), ("CI_COMMIT_SHA", head.as_str())];
            let (code, printed) = project.shell(&lines.join("\n"), &variables);
            assert_eq!(code, 0, "{name}: {printed}");
            ran.push(name.as_str());
        }
    }
    assert_eq!(ran, ["lint", "expand", "deploy", "backfill", "contract"]);
    assert_eq!(project.phase("0001_full_name").await, "contracted");
    let report = fs::read_to_string(folder.join("codequality.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report[0]["check_name"], "rename-column");
}

/// The step of a workflow that uses the action, and what the job does beside it.
fn steps(path: &str) -> (Value, Vec<String>) {
    let workflow = yaml(path);
    let job = workflow["jobs"].as_object().unwrap().values().next().unwrap();
    let steps = job["steps"].as_array().unwrap();
    let ours = |step: &&Value| step["uses"].as_str().is_some_and(|uses| uses.contains("/midflight@v"));
    let scripts = steps.iter().filter_map(|step| step["run"].as_str()).map(str::to_owned).collect();
    (steps.iter().find(ours).unwrap()["with"].clone(), scripts)
}

fn job(project: &Project, inputs: &Value) -> Job {
    let job = Job::new(project.folder()).with("binary", env!("CARGO_BIN_EXE_midflight"));
    inputs.as_object().unwrap().iter().fold(job, |job, (name, value)| {
        job.with(name, &value.as_str().unwrap().replace("${{ secrets.DATABASE_URL }}", &project.db.url()))
    })
}

#[tokio::test]
async fn github() {
    let project = Project::new(&[RENAME]).await;
    git(project.folder(), &["init", "-q", "-b", "main"]);
    commit(project.folder());

    let (inputs, _) = steps("pipelines-examples/github/lint.yml");
    let linted = job(&project, &inputs).run().await;
    assert_eq!((linted.code, linted.outputs["findings"].as_str()), (0, "1"), "{}", linted.log);

    let (inputs, scripts) = steps("pipelines-examples/github/deploy.yml");
    for (commit, phase) in [("c1", "backfilled"), ("c2", "contracted")] {
        let done = job(&project, &inputs).with("release", commit).run().await;
        assert_eq!(done.code, 0, "{}", done.log);
        let (code, printed) = project.shell(&scripts.join("\n"), &[("GITHUB_SHA", commit)]);
        assert_eq!(code, 0, "{printed}");
        assert_eq!(project.phase("0001_full_name").await, phase);
    }
    assert_eq!(project.calls(), ["deploy c1", "deploy c2"]);
}

/// A tool's own table, with what it has applied before midflight came.
struct Tool {
    name: &'static str,
    table: &'static str,
    /// Files from the root of the project on; the first is applied already, the others are new.
    files: [(&'static str, &'static str); 2],
    /// Whether the first file is in midflight's folder.
    shares_its_folder: bool,
    programs: &'static [&'static str],
    /// How the tool has to be called in the first deployment.
    calls: &'static [&'static str],
    recorded: Recorded,
}

/// Who writes into the tool's table.
enum Recorded {
    /// The example; what has to be true then.
    ByScript(&'static str),
    /// The tool; what it writes.
    ByTool(&'static str),
}
use Recorded::{ByScript, ByTool};

const RENAMED: &str = "ALTER TABLE users RENAME COLUMN name TO full_name;\n";
const APPLIED: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n";

const TOOLS: [Tool; 5] = [
    Tool {
        name: "prisma",
        table: "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
                    finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
                    rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
                    applied_steps_count integer NOT NULL DEFAULT 0);
                INSERT INTO _prisma_migrations VALUES ('1', '', now(), '20260101000000_init')",
        files: [
            ("prisma/migrations/20260101000000_init/migration.sql", APPLIED),
            ("prisma/migrations/20261121090000_full_name/migration.sql", RENAMED),
        ],
        shares_its_folder: true,
        programs: &["npx"],
        calls: &["npx prisma migrate resolve --applied 20261121090000_full_name", "deploy v1"],
        recorded: ByTool(
            "INSERT INTO _prisma_migrations VALUES ('2', '', now(), '20261121090000_full_name')",
        ),
    },
    Tool {
        name: "django",
        table: "CREATE TABLE django_migrations (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                    app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied timestamptz NOT NULL);
                INSERT INTO django_migrations (app, name, applied) VALUES ('shop', '0001_init', now())",
        files: [
            ("shop/migrations/0001_init.py", ""),
            // what sqlmigrate prints
            (
                "online/shop.0007_full_name.sql",
                "BEGIN;\n--\n-- Rename field name on user to full_name\n--\n\
                 ALTER TABLE \"users\" RENAME COLUMN \"name\" TO \"full_name\";\nCOMMIT;\n",
            ),
        ],
        shares_its_folder: false,
        programs: &["python"],
        calls: &["python manage.py migrate --fake shop 0007_full_name", "python manage.py migrate", "deploy v1"],
        recorded: ByTool(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('shop', '0007_full_name', now())",
        ),
    },
    Tool {
        name: "rails",
        table: "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
                INSERT INTO schema_migrations VALUES ('20260101000000')",
        files: [
            ("db/migrate/20260101000000_init.rb", ""),
            ("db/online/20261121090000_full_name.sql", RENAMED),
        ],
        shares_its_folder: false,
        programs: &["bin/rails"],
        calls: &["bin/rails db:migrate", "deploy v1"],
        recorded: ByScript("SELECT count(*) = 2 AND max(version) = '20261121090000' FROM schema_migrations"),
    },
    Tool {
        name: "sqlx",
        table: "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,
                    installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,
                    checksum bytea NOT NULL, execution_time bigint NOT NULL);
                INSERT INTO _sqlx_migrations VALUES (20260101000000, 'init', now(), true, '', 1)",
        files: [
            ("migrations/20260101000000_init.sql", APPLIED),
            ("migrations/20261121090000_full_name.sql", RENAMED),
        ],
        shares_its_folder: true,
        programs: &[],
        calls: &["deploy v1"],
        // PostgreSQL's own sum of what the file holds
        recorded: ByScript(
            "SELECT count(*) = 1 FROM _sqlx_migrations WHERE version = 20261121090000
             AND description = 'full name' AND success
             AND checksum = sha384(convert_to(E'ALTER TABLE users RENAME COLUMN name TO full_name;\\n', 'UTF8'))",
        ),
    },
    Tool {
        name: "flyway",
        table: "CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50),
                    description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL,
                    checksum integer, installed_by varchar(100) NOT NULL,
                    installed_on timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL,
                    success boolean NOT NULL);
                INSERT INTO flyway_schema_history
                VALUES (1, '1', 'init', 'SQL', 'V1__init.sql', 5, 'flyway', now(), 1, true)",
        files: [("sql/V1__init.sql", APPLIED), ("sql/V2_1__full_name.sql", RENAMED)],
        shares_its_folder: true,
        programs: &["flyway"],
        calls: &["flyway repair", "flyway migrate", "deploy v1"],
        recorded: ByScript(
            "SELECT array_agg(concat_ws(' ', installed_rank, version, description, script) ORDER BY 1)
                  = ARRAY['1 1 init V1__init.sql', '2 2.1 full name V2_1__full_name.sql'] FROM flyway_schema_history",
        ),
    },
];

#[tokio::test]
async fn beside_another_tool() {
    if !has("psql", &["--version"]) {
        return;
    }
    for tool in TOOLS {
        let project = Project::new(&[]).await;
        project.db.exec(tool.table).await;
        tool.programs.iter().for_each(|name| project.records(name));
        project.configured_by(&format!("{}/midflight.yaml", tool.name));
        for (path, text) in tool.files {
            let path = project.folder().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        if tool.shares_its_folder {
            let first = Path::new(tool.files[0].0);
            let of_folder = first.ends_with("migration.sql").then(|| first.parent().unwrap());
            let id = of_folder.unwrap_or(first).file_stem().unwrap().to_str().unwrap();
            project.program.ok(&["baseline", "--through", id]).await;
        }
        let script = format!("{}/deploy.sh", tool.name);
        // what was baselined is applied for both, and is left alone
        project.script(&script, "v1");
        assert_eq!(project.calls(), tool.calls, "{}", tool.name);
        match tool.recorded {
            ByScript(query) => assert!(project.db.scalar::<bool>(query).await, "{}", tool.name),
            ByTool(rows) => project.db.exec(rows).await,
        }
        project.script(&script, "v2");
        let again = project.calls().split_off(tool.calls.len());
        assert!(!again.join("\n").contains("full_name"), "{} is told twice: {again:?}", tool.name);
        let phases = "SELECT string_agg(DISTINCT phase, ' ') FROM midflight.migrations";
        assert_eq!(project.db.scalar::<String>(phases).await, "contracted", "{}", tool.name);
    }
}

#[tokio::test]
async fn hooks_before_a_commit() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    for hook in hooks.as_array().unwrap() {
        let project = Project::new(&[("0000_plan.sql", "ALTER TABLE users ADD COLUMN plan text;\n")]).await;
        git(project.folder(), &["init", "-q", "-b", "main"]);
        commit(project.folder());
        let (code, printed) = project.shell(hook["entry"].as_str().unwrap(), &[]);
        assert_eq!(code, 0, "{printed}");
        project.program.write(RENAME.0, RENAME.1);
        git(project.folder(), &["add", "-A"]);
        let (code, printed) = project.shell(hook["entry"].as_str().unwrap(), &[]);
        assert_eq!(code, 3, "{printed}");
        assert_eq!(hook["pass_filenames"], false, "the program finds them by itself");
    }
}

#[test]
fn every_page_names_the_repository_of_cargo_toml() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let line = manifest.lines().find(|line| line.starts_with("repository = ")).unwrap();
    let repository = line.split('"').nth(1).unwrap().strip_prefix("https://github.com/").unwrap();
    let version = format!("@v{}", env!("CARGO_PKG_VERSION"));
    if !root().join(".git").exists() {
        println!("SKIPPED: git knows which files are the project's, and this is no repository");
        return;
    }
    let listed = git(root(), &["ls-files", "--cached", "--others", "--exclude-standard"]);
    let mut uses = 0;
    for path in listed.lines() {
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        if path.ends_with(".rs") {
            continue;
        }
        // whoever names the repository in Cargo.toml is shown where else
        assert!(repository.starts_with("OWNER/") || !text.contains("OWNER/"), "{path} has the placeholder");
        for (at, line) in text.lines().enumerate().filter(|(_, line)| line.contains("/midflight@")) {
            let expected = format!("{repository}{version}");
            assert!(line.contains(&expected), "{path}:{}: expected `{expected}`: {line}", at + 1);
            uses += 1;
        }
    }
    assert!(uses >= 4, "{uses} uses of the action were found");
}

#[test]
fn actions_of_others_are_pinned_by_commit() {
    let files = ["action.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml"];
    let examples = ["lint", "deploy", "fleet"].map(|name| format!("pipelines-examples/github/{name}.yml"));
    let examples = examples.each_ref().map(String::as_str);
    for path in files.iter().chain(&examples) {
        let text = fs::read_to_string(root().join(path)).unwrap();
        for line in text.lines().filter(|line| line.contains("uses: ") && !line.contains("/midflight@")) {
            let (_, pin) = line.split_once('@').unwrap();
            let (commit, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{path}: {line}"));
            assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{path}: {line}");
            assert!(version.contains('.'), "{path}: {line}");
        }
    }
}
