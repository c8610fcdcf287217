SELECT 'schema of a publication', format('%s in %I', n.nspname, p.pubname), '{}'::jsonb
FROM pg_publication_namespace s JOIN pg_publication p ON p.oid = s.pnpubid JOIN pg_namespace n ON n.oid = s.pnnspid
