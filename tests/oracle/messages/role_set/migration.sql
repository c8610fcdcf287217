SET ROLE pg_monitor;
CREATE TABLE sales.secret (id bigint);
