//! Contract that keeps: undo leads back to where the file began, purge to where psql leads, and in between nothing of what is
//! hidden fails a statement

mod folders;
mod ways;
