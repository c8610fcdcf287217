CREATE TABLE pr(id int primary key, m text not null); INSERT INTO pr SELECT g,'m'||g%3 FROM generate_series(1,9) g;
