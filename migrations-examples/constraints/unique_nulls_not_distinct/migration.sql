-- One setting of each name a tenant, and one where the tenant is NULL. PostgreSQL 15 and later.
ALTER TABLE settings ADD CONSTRAINT settings_once UNIQUE NULLS NOT DISTINCT (tenant, name);
CREATE UNIQUE INDEX settings_value ON settings (value) INCLUDE (name) NULLS NOT DISTINCT WHERE tenant IS NULL;
ALTER TABLE settings ADD COLUMN alias text UNIQUE NULLS DISTINCT DEFERRABLE, ADD COLUMN rank integer DEFAULT NULL CHECK (rank > 0);
