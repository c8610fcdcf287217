CREATE TABLE users (id int PRIMARY KEY, email text, CONSTRAINT uk UNIQUE (email)); CREATE TABLE n (e text CONSTRAINT n_e_fkey REFERENCES users (email));
