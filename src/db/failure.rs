//! What a database error means for the work in hand.

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use crate::error::{Error, Kind};

/// What to do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// midflight could not get a lock, a deadlock or a serialization conflict: the same again, later.
    Retry,
    /// The data is to blame: a value that can't be converted, a violated constraint.
    Data,
    /// The connection is gone; whether the last COMMIT happened is unknown until the state is read again.
    OutcomeUnknown,
    /// Anything else: no retry helps.
    Permanent,
}

/// Judges an error by its SQLSTATE.
pub fn classify(error: &sqlx::Error) -> Failure {
    let Some(code) = error.as_database_error().and_then(|error| error.code()) else {
        // A value that can't be read is a mistake of ours, and the connection is fine.
        let ours = matches!(
            error,
            sqlx::Error::RowNotFound
                | sqlx::Error::Encode(_)
                | sqlx::Error::Decode(_)
                | sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::ColumnNotFound(_)
                | sqlx::Error::ColumnIndexOutOfBounds { .. }
                | sqlx::Error::TypeNotFound { .. }
        );
        return if ours { Failure::Permanent } else { Failure::OutcomeUnknown };
    };
    match code.as_ref() {
        "55P03" | "40P01" | "40001" => Failure::Retry,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => Failure::OutcomeUnknown,
        code if code.starts_with("08") => Failure::OutcomeUnknown,
        code if code.starts_with("22") || code.starts_with("23") => Failure::Data,
        _ => Failure::Permanent,
    }
}

/// Whether the statement itself is wrong, rather than rights, the state of the server or the connection.
pub fn blames_statement(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    let elsewhere = matches!(code.as_ref(), READ_ONLY | NO_PRIVILEGE | CANCELED) || is_lack(&code);
    !elsewhere && matches!(classify(error), Failure::Permanent | Failure::Data)
}

const READ_ONLY: &str = "25006";
const NO_PRIVILEGE: &str = "42501";
const CANCELED: &str = "57014";

/// Disk, memory or connections have run out.
fn is_lack(code: &str) -> bool {
    code.starts_with("53")
}

/// The server's words, with its detail and hint, for a person.
pub fn explain(error: &sqlx::Error) -> String {
    let Some(server) = server_error(error) else { return redact(&error.to_string()) };
    let mut text = format!("{} (SQLSTATE {})", server.message(), server.code());
    for (label, more) in [("detail", server.detail()), ("hint", server.hint())] {
        if let Some(more) = more {
            text.push_str(&format!("; {label}: {more}"));
        }
    }
    text
}

/// Where in the statement the server saw the error, in characters from 1.
pub fn position(error: &sqlx::Error) -> Option<usize> {
    match server_error(error)?.position()? {
        PgErrorPosition::Original(at) => Some(at),
        PgErrorPosition::Internal { .. } => None,
    }
}

fn server_error(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()
}

/// Errors of the connection itself may quote the URL; a password in it must not travel.
fn redact(text: &str) -> String {
    let Some(scheme) = text.find("://") else { return text.to_owned() };
    let Some(at) = text[scheme..].find('@') else { return text.to_owned() };
    let Some(colon) = text[scheme + 3..scheme + at].find(':') else { return text.to_owned() };
    format!("{}:***{}", &text[..scheme + 3 + colon], &text[scheme + at..])
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
        let explained = explain(&error);
        match (classify(&error), code.as_ref()) {
            (_, READ_ONLY) => Self::new(Kind::Unreachable, format!("the database is read-only: {explained}"))
                .hint("connect to the primary; or find out why the server has default_transaction_read_only set, as hosters do when a disk is full"),
            (Failure::OutcomeUnknown, _) => {
                Self::new(Kind::Unreachable, format!("the connection to the database was lost: {explained}"))
                    .hint("run the same command again: it goes on from what was committed")
            }
            (Failure::Retry, _) => Self::new(Kind::LockBudget, explained).hint("run the same command again"),
            (Failure::Data, _) => Self::new(Kind::BadRows, explained),
            (_, code) if is_lack(code) => {
                Self::new(Kind::Unreachable, format!("the server has run out of something: {explained}"))
                    .hint("free space, memory or connections there, and run the same command again: it goes on from what was committed")
            }
            (_, NO_PRIVILEGE) => Self::new(Kind::Failed, format!("privileges are missing: {explained}"))
                .hint("connect as the owner of the tables; `midflight init` lists the privileges needed"),
            (_, CANCELED) => Self::new(Kind::Failed, format!("the statement was cancelled: {explained}"))
                .hint("somebody or a statement_timeout stopped it; run the same command again"),
            (Failure::Permanent, _) => Self::new(Kind::Failed, explained),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_not_a_value_that_cannot_be_read() {
        assert_eq!(classify(&sqlx::Error::ColumnNotFound("id".into())), Failure::Permanent);
        assert_eq!(
            classify(&sqlx::Error::Io(std::io::ErrorKind::BrokenPipe.into())),
            Failure::OutcomeUnknown
        );
    }

    #[test]
    fn passwords_stay_out() {
        assert_eq!(redact("bad url postgres://me:secret@h/db"), "bad url postgres://me:***@h/db");
        assert_eq!(redact("bad url postgres://me@h/db"), "bad url postgres://me@h/db");
        assert_eq!(redact("nothing here"), "nothing here");
    }
}
