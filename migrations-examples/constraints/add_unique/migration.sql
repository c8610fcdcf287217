-- Make a column unique, and give the table a primary key.
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (tenant, email) DEFERRABLE;
ALTER TABLE users ADD PRIMARY KEY (id);
