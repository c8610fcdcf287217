CREATE TABLE ev (id int NOT NULL, day date NOT NULL, code text NOT NULL, user_id int) PARTITION BY RANGE (day);
CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE "Ev 2" PARTITION OF ev FOR VALUES FROM ('2026-02-01') TO ('2026-06-01');

CREATE TABLE users (id int PRIMARY KEY);
INSERT INTO users SELECT generate_series(1, 50);
INSERT INTO ev SELECT g, date '2026-01-01' + g % 80, 'c' || g, nullif(g % 50, 0) FROM generate_series(1, 300) g;
ALTER TABLE ev ADD PRIMARY KEY (id, day);
CREATE TABLE c (id int PRIMARY KEY, ev_id int, ev_day date, FOREIGN KEY (ev_id, ev_day) REFERENCES ev);
INSERT INTO c SELECT id, id, day FROM ev WHERE id % 3 = 0;
