//! One file per output format. Each takes a [`super::Report`] and gives text; none of them prints.

mod github;
mod human;
mod json;

pub use github::github;
pub use human::human;
pub use json::json;
