ALTER TABLE orders ADD CONSTRAINT oq UNIQUE (id, user_id);
ALTER TABLE orders ADD COLUMN pid bigint, ADD COLUMN puid int;
ALTER TABLE orders ADD CONSTRAINT of FOREIGN KEY (pid, puid) REFERENCES orders (id, user_id);
