//! GitHub's runner, as far as action.yml makes use of it: inputs, expressions, conditions, and the files through which
//! steps speak with it

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

type Map = BTreeMap<String, String>;

/// The root of this repository, which is the action's.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A YAML file of this repository.
pub fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A job with one step, which uses the action.
pub struct Job {
    temp: TempDir,
    workspace: PathBuf,
    inputs: Map,
    environment: Map,
}

/// What came of it.
#[derive(Debug)]
pub struct Done {
    /// 0, or the exit code of the step that failed.
    pub code: i32,
    /// All that the steps printed.
    pub log: String,
    /// The job's summary.
    pub summary: String,
    /// The action's outputs.
    pub outputs: Map,
    /// Other actions that would have been used, with their inputs.
    pub uses: Vec<(String, Map)>,
}

/// A step that has ended.
struct Step {
    ok: bool,
    outputs: Map,
}

/// What expressions are about.
struct Scope<'a> {
    inputs: &'a Map,
    steps: BTreeMap<String, Option<Step>>,
}

impl Job {
    /// A job that has this repository checked out.
    pub fn new(workspace: &Path) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let mut job =
            Self { workspace: workspace.to_owned(), inputs: Map::new(), environment: Map::new(), temp };
        for (name, value) in [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_EVENT_NAME", "workflow_dispatch"),
            ("GITHUB_API_URL", "http://127.0.0.1:9"), // nobody is there
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ] {
            job = job.env(name, value);
        }
        job.event("workflow_dispatch", &Value::Object(serde_json::Map::new()))
            .env("GITHUB_ACTION_PATH", &root().to_string_lossy())
    }

    /// What started it.
    pub fn event(self, name: &str, payload: &Value) -> Self {
        let file = self.temp.path().join("event.json");
        fs::write(&file, payload.to_string()).unwrap();
        self.env("GITHUB_EVENT_NAME", name).env("GITHUB_EVENT_PATH", &file.to_string_lossy())
    }

    /// Sets an input.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.inputs.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Runs it.
    pub async fn run(&self) -> Done {
        let action = yaml("action.yml");
        let inputs = self.all_inputs(&action);
        let mut scope = Scope { inputs: &inputs, steps: BTreeMap::new() };
        let mut done = Done {
            code: 0,
            log: String::new(),
            summary: String::new(),
            outputs: Map::new(),
            uses: Vec::new(),
        };
        let mut path = vec![std::env::var("PATH").unwrap()];
        for step in action["runs"]["steps"].as_array().unwrap() {
            let wanted = step["if"].as_str().is_none_or(|condition| scope.value(condition) == "true");
            let mut ended = None;
            if done.code == 0 && wanted {
                if let Some(other) = step["uses"].as_str() {
                    done.uses.push((other.to_owned(), scope.texts(&step["with"])));
                    ended = Some(Step { ok: true, outputs: Map::new() });
                } else {
                    let (code, outputs) = self.step(step, &scope, &mut path, &mut done).await;
                    done.code = code;
                    ended = Some(Step { ok: code == 0, outputs });
                }
            }
            if let Some(id) = step["id"].as_str() {
                scope.steps.insert(id.to_owned(), ended);
            }
        }
        for (name, output) in action["outputs"].as_object().unwrap() {
            done.outputs.insert(name.clone(), scope.text(output["value"].as_str().unwrap()));
        }
        done
    }

    /// Those given, and the defaults of the others.
    fn all_inputs(&self, action: &Value) -> Map {
        let declared = action["inputs"].as_object().unwrap();
        for name in self.inputs.keys() {
            assert!(declared.contains_key(name), "action.yml has no input `{name}`");
        }
        let default = |name: &str, input: &Value| match input["default"].as_str().unwrap() {
            "${{ github.token }}" => "token of nobody".to_owned(),
            "${{ github.sha }}" => "commit of the job".to_owned(),
            text => {
                assert!(!text.contains("${{"), "default of `{name}`: {text}");
                text.to_owned()
            }
        };
        let value = |(name, input): (&String, &Value)| {
            (name.clone(), self.inputs.get(name).cloned().unwrap_or_else(|| default(name, input)))
        };
        declared.iter().map(value).collect()
    }

    async fn step(
        &self,
        step: &Value,
        scope: &Scope<'_>,
        path: &mut Vec<String>,
        done: &mut Done,
    ) -> (i32, Map) {
        let file = |name: &str| {
            let file = self.temp.path().join(name);
            fs::write(&file, "").unwrap();
            file
        };
        let (output, summary, more_path) = (file("output"), file("summary"), file("path"));
        let script = file("script");
        fs::write(&script, step["run"].as_str().unwrap()).unwrap();
        assert_eq!(step["shell"], "bash");
        let ran = Command::new("bash")
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
            .arg(&script)
            .current_dir(&self.workspace)
            .env_clear()
            .env("HOME", self.temp.path())
            .env("PATH", path.iter().rev().cloned().collect::<Vec<_>>().join(":"))
            .env("RUNNER_TEMP", self.temp.path().join("runner"))
            .envs(&self.environment)
            .envs(scope.texts(&step["env"]))
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_PATH", &more_path)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        done.log.push_str(&String::from_utf8(ran.stdout).unwrap());
        done.log.push_str(&String::from_utf8(ran.stderr).unwrap());
        done.summary.push_str(&fs::read_to_string(&summary).unwrap());
        path.extend(fs::read_to_string(&more_path).unwrap().lines().map(str::to_owned));
        (ran.status.code().unwrap_or(-1), values(&fs::read_to_string(&output).unwrap()))
    }
}

/// What stands in a file of outputs: `name<<word`, lines, `word`.
fn values(text: &str) -> Map {
    let mut lines = text.lines();
    let mut values = Map::new();
    while let Some(line) = lines.next() {
        let (name, word) = line.split_once("<<").unwrap_or_else(|| panic!("not an output: {line}"));
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != word).collect();
        values.insert(name.to_owned(), value.join("\n"));
    }
    values
}

impl Scope<'_> {
    /// The texts of a map, with their expressions replaced.
    fn texts(&self, map: &Value) -> Map {
        let Some(map) = map.as_object() else { return Map::new() };
        map.iter().map(|(name, text)| (name.clone(), self.text(text.as_str().unwrap()))).collect()
    }

    fn text(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once("}}").unwrap();
            whole += &self.value(expression);
            whole += rest;
        }
        whole
    }

    fn value(&self, expression: &str) -> String {
        let expression = expression.trim();
        if let Some((left, right)) = expression.split_once("&&") {
            return (self.value(left) == "true" && self.value(right) == "true").to_string();
        }
        if let Some((left, right)) = expression.split_once("!=") {
            return (self.value(left) != self.value(right)).to_string();
        }
        if let Some((left, right)) = expression.split_once("==") {
            return (self.value(left) == self.value(right)).to_string();
        }
        if let Some(literal) = expression.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return literal.to_owned();
        }
        match expression.split('.').collect::<Vec<_>>()[..] {
            ["inputs", name] => {
                self.inputs.get(name).unwrap_or_else(|| panic!("action.yml has no input `{name}`")).clone()
            }
            ["steps", id, "outputs", name] => self.output(id, name),
            _ => panic!("this runner doesn't know `{expression}`"),
        }
    }

    /// GitHub gives an empty text for what no step says; here a step that went well has to say it.
    fn output(&self, id: &str, name: &str) -> String {
        let step = self.steps.get(id).unwrap_or_else(|| panic!("no step `{id}` stands before"));
        let Some(step) = step else { return String::new() };
        let value = step.outputs.get(name);
        assert!(!step.ok || value.is_some() || name == "sarif", "step `{id}` has no output `{name}`");
        value.cloned().unwrap_or_default()
    }
}
