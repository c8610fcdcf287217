CREATE TABLE p (id int primary key);
CREATE TABLE t (id int primary key, p_id int REFERENCES p);
INSERT INTO p VALUES (1);
INSERT INTO t VALUES (1,1);

