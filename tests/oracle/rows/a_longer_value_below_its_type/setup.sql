CREATE TABLE w (id int PRIMARY KEY, v varchar(3));
