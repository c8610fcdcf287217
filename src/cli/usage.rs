//! Reading the command line, and what is said about one that can't be read.

use std::ffi::OsString;

use clap::error::{ContextKind, ErrorKind};
use clap::{ColorChoice, CommandFactory, FromArgMatches};

use super::Cli;
use crate::error::Error;

/// Why there is no command to run.
pub enum Stop {
    /// Help or version was asked for, or nothing at all: the text says all, clap prints it.
    Told(clap::Error),
    /// A wrong command line, as a document for a program.
    Document(Box<Error>),
}

/// Reads the command line.
///
/// # Errors
/// What to tell instead of running a command.
pub fn read(arguments: &[OsString]) -> Result<Cli, Stop> {
    let color = match given(arguments, "--color").as_deref() {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    };
    let mut command = Cli::command().color(color);
    let read = command.try_get_matches_from_mut(arguments).and_then(|found| Cli::from_arg_matches(&found));
    read.map_err(|error| {
        let for_machines = given(arguments, "--format").as_deref() == Some("json");
        if error.exit_code() != 0 && for_machines {
            Stop::Document(Box::new(document(&error)))
        } else {
            Stop::Told(error)
        }
    })
}

/// The value of a global flag on a command line that clap may not be able to read.
fn given(arguments: &[OsString], flag: &str) -> Option<String> {
    let mut words = arguments.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    while let Some(word) = words.next() {
        match word.strip_prefix(flag) {
            Some("") => return words.next().map(|value| value.into_owned()),
            Some(value) if value.starts_with('=') => return Some(value[1..].to_owned()),
            _ => {}
        }
    }
    None
}

/// What clap has to say, as an error of ours.
fn document(error: &clap::Error) -> Error {
    let no_command = [ErrorKind::MissingSubcommand, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand];
    if no_command.contains(&error.kind()) {
        return Error::usage("no command is given").hint("`midflight --help` lists them");
    }
    let text = error.render().to_string();
    let first = text.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default();
    let message = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let tips = text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).map(str::to_owned);
    let usage = error.get(ContextKind::Usage).map(|usage| {
        let usage = usage.to_string();
        usage.split_whitespace().collect::<Vec<_>>().join(" ").replacen("Usage:", "usage:", 1)
    });
    let hints: Vec<String> = tips.chain(usage).collect();
    let error = Error::usage(message);
    if hints.is_empty() { error.hint("try `--help`") } else { error.hint(hints.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(line: &str) -> Stop {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        read(&words).err().unwrap()
    }

    #[test]
    fn a_program_reads_a_document() {
        let Stop::Document(error) = stop("midflight stauts --format json") else { panic!("text") };
        assert_eq!(error.message, "unrecognized subcommand 'stauts'");
        let hint = error.hint.unwrap();
        assert!(hint.contains("'status'") && hint.contains("usage: midflight"), "{hint}");
        let Stop::Document(error) = stop("midflight --format=json plan --bogus") else { panic!("text") };
        assert_eq!(error.message, "unexpected argument '--bogus' found");
        let Stop::Document(error) = stop("midflight --format json") else { panic!("text") };
        assert_eq!(error.message, "no command is given");
    }

    #[test]
    fn a_person_reads_text() {
        assert!(matches!(stop("midflight stauts"), Stop::Told(_)));
        assert!(matches!(stop("midflight --format json --help"), Stop::Told(_)));
        assert!(matches!(stop("midflight stauts -- --format json"), Stop::Told(_)));
    }
}
