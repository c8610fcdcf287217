CREATE TABLE t (id integer PRIMARY KEY, a char(8) NOT NULL DEFAULT 'none', b bit(4) DEFAULT B'1010', c bit varying(5),
    d numeric(6, 2) DEFAULT 1.239, e interval year DEFAULT '1 year 3 months', f timestamp(0), g varchar(3)[], h bpchar, i "char");
INSERT INTO t (id) SELECT generate_series(1, 3);
INSERT INTO t VALUES (4, 'x', B'0000', B'1', 2.5, '2 years', '2026-01-01 00:00:00', '{abc,NULL}', 'y  ', 'z'),
    (5, '', NULL, B'', 0.005, NULL, NULL, '{}', '', '');
