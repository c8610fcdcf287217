CREATE TABLE o(id int primary key);
