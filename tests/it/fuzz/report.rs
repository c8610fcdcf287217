//! What came of many cases: a table, and a folder for each fault

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use super::NOT_YET;
use super::case::Case;
use super::run::End;

/// What came of them
#[derive(Default)]
pub struct Report {
    cases: u32,
    ends: BTreeMap<String, u32>,
    features: BTreeMap<&'static str, u32>,
    wrong: Vec<String>,
}

impl Report {
    pub fn add(&mut self, case: &Case, end: &Result<End, String>, log: &[String]) {
        self.cases += 1;
        let listed = NOT_YET.contains(&case.seed);
        let kind = match end {
            Ok(End::Contracted) => "contracted".to_owned(),
            Ok(End::Refused(why)) => {
                format!("refused: {}", without_names(why.lines().next().unwrap_or_default()))
            }
            Ok(End::Drift) => "drift found, rolled back".to_owned(),
            Ok(End::Odd(_)) => "odd: writes that don't go with the file".to_owned(),
            Err(_) => "wrong".to_owned(),
        };
        *self.ends.entry(kind).or_default() += 1;
        match end {
            Ok(End::Contracted) => {
                for feature in features(case) {
                    *self.features.entry(feature).or_default() += 1;
                }
            }
            Ok(End::Odd(why)) => println!("odd {}: {why}", case.seed),
            Ok(End::Refused(why)) => {
                let files: String = case.files.iter().map(|file| format!("  {}", file.text())).collect();
                println!("refused {}: {}\n{files}", case.seed, why.lines().next().unwrap_or_default());
            }
            Ok(End::Drift) => {}
            Err(why) if listed => println!("not yet {}: {why}", case.seed),
            Err(why) => {
                let folder = folder(case, why, log);
                println!("WRONG {}: {why}\n  in {}\n", case.seed, folder.display());
                self.wrong.push(format!("{} in {}", case.seed, folder.display()));
            }
        }
        if listed && end.is_ok() {
            self.wrong.push(format!("{} passes: take it off NOT_YET in tests/it/fuzz/mod.rs", case.seed));
        }
    }

    /// Prints the table; fails where anything was wrong.
    pub fn finish(&self, part: u64) {
        let mut text = format!("\npart {part}: {} cases\n", self.cases);
        for (kind, count) in &self.ends {
            let _ = writeln!(text, "{count:6} {kind}");
        }
        for (feature, count) in &self.features {
            let _ = writeln!(text, "{count:6} with {feature}");
        }
        println!("{text}");
        assert!(self.wrong.is_empty(), "wrong:\n{}", self.wrong.join("\n"));
    }
}

fn features(case: &Case) -> Vec<&'static str> {
    let mut features = case.features.clone();
    features.extend(case.files.iter().flat_map(|file| file.proposals.iter().map(|one| one.feature)));
    let several = case.files.len() > 1;
    for (has, name) in [
        (several && case.one_by_one, "several files, one by one"),
        (several && !case.one_by_one, "several files in flight together"),
        (case.back.is_some(), "rolled back, and again"),
        (case.kill.is_some(), "killed"),
        (case.files.iter().any(|file| file.is_yaml), "YAML"),
    ] {
        features.extend(has.then_some(name));
    }
    features.sort_unstable();
    features.dedup();
    features
}

/// A message with what stands between backticks left out, so that like ones are counted together
fn without_names(message: &str) -> String {
    let parts = message.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { "…" } else { part }).collect()
}

/// Everything that is needed to see a fault again: setup, files, what happened in its order
fn folder(case: &Case, why: &str, log: &[String]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("midflight-fuzz/{}", case.seed));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("migrations")).unwrap();
    let lines =
        |statements: Vec<&String>| -> String { statements.iter().map(|sql| format!("{sql};\n")).collect() };
    fs::write(folder.join("setup.sql"), lines(case.setup.iter().collect())).unwrap();
    for (at, file) in case.files.iter().enumerate() {
        fs::write(folder.join("migrations").join(file.name(at)), file.text()).unwrap();
        fs::write(folder.join(format!("direct-{}.sql", super::case::id(at))), lines(file.direct().collect()))
            .unwrap();
    }
    fs::write(folder.join("what-happened.sql"), log.join("\n") + "\n").unwrap();
    fs::write(
        folder.join("why.txt"),
        format!("{why}\n\none by one: {}, back: {:?}, kill: {:?}\n", case.one_by_one, case.back, case.kill),
    )
    .unwrap();
    folder
}
