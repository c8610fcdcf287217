CREATE TABLE orders (no int PRIMARY KEY, buyer int REFERENCES users);
