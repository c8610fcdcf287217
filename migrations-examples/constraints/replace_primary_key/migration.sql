-- Another column becomes the primary key; what refers to the old one goes on referring to it.
ALTER TABLE orders DROP CONSTRAINT orders_user;
ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (email);
ALTER TABLE users ADD CONSTRAINT users_id_key UNIQUE (id);
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);
