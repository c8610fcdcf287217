CREATE TABLE t (id integer PRIMARY KEY, a char(8) DEFAULT 'none', b bit(4) DEFAULT B'1010', c varchar(20), d numeric(6, 2) DEFAULT 1.239, f timestamp(3));
INSERT INTO t (id) SELECT generate_series(1, 3);
INSERT INTO t VALUES (4, 'x', B'0000', 'y', 2.5, '2026-01-01 00:00:00.123'), (5, '', NULL, '', 0.05, NULL);
