CREATE SCHEMA other;
CREATE TABLE other.t (n int);
CREATE INDEX tn ON other.t (n);
CREATE TABLE t (n int);
