-- Everything that belongs to the user goes.
DO $empty$
DECLARE
    command text;
BEGIN
    FOR command IN
        SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
         WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        UNION ALL
        SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
    LOOP
        EXECUTE command;
    END LOOP;
    CREATE SCHEMA public;
END
$empty$;
