//! A deployment is watched, and taken back
