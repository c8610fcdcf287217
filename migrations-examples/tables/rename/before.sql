DO $$ BEGIN CREATE ROLE clerk_role; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE clients (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Full Name" text NOT NULL, email text UNIQUE, note text DEFAULT 'none');
CREATE TABLE letters (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, client bigint REFERENCES clients ON DELETE CASCADE);
CREATE VIEW named AS SELECT id, "Full Name" FROM clients;
GRANT SELECT, INSERT ON clients TO clerk_role;
GRANT UPDATE (note) ON clients TO clerk_role;
INSERT INTO clients ("Full Name", email) SELECT 'client ' || n, n || '@example.com' FROM generate_series(1, 400) n;
INSERT INTO letters (client) SELECT id FROM clients;
