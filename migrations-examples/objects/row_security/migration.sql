-- Keep tenants apart. Sessions of the old release name no tenant and go on seeing every row.
CREATE POLICY own_documents ON documents TO pg_monitor
  USING (tenant = coalesce(nullif(current_setting('app.tenant', true), '')::integer, tenant));
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
