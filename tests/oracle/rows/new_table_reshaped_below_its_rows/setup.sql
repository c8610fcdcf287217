CREATE TABLE w (id int PRIMARY KEY, job int, step text, wn text, tc int); INSERT INTO w SELECT g, g, 's', 'w' FROM generate_series(1,20) g; CREATE TABLE jobs (id int primary key);
