-- A thousand rows for every empty table, as far as its constraints admit rows made by rote.
DO $fill$
DECLARE
    tables CURSOR FOR
        SELECT c.oid::regclass AS name, a.list, a.expressions
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace,
               LATERAL (
                   SELECT string_agg(format('%I', attname), ', ') AS list,
                          string_agg(format(value, format_type(atttypid, atttypmod)), ', ') AS expressions
                     FROM (SELECT a.attname, a.atttypid, a.atttypmod, a.attnum,
                                  CASE
                                    WHEN t.typcategory = 'B' THEN '(g %% 2 = 0)::%s'
                                    WHEN t.typname IN ('numeric', 'money', 'float4', 'float8') THEN '(g %% 100)::%s'
                                    WHEN t.typcategory = 'N' THEN 'g::%s'
                                    WHEN t.typcategory = 'S' THEN '(''v'' || g)::%s'
                                    WHEN t.typname = 'date' THEN '(date ''2026-01-01'' + g %% 28)::%s'
                                    WHEN t.typname = 'time' THEN 'time ''12:00''::%s'
                                    WHEN t.typcategory = 'D' THEN '(timestamp ''2026-01-01'' + (g %% 28) * interval ''1 day'')::%s'
                                    WHEN t.typcategory = 'T' THEN '(g * interval ''1 second'')::%s'
                                    WHEN t.typname = 'uuid' THEN 'md5(g::text)::%s'
                                    WHEN t.typname IN ('json', 'jsonb') THEN '''{"n": 1}''::%s'
                                    WHEN t.typname = 'bytea' THEN '''a''::%s'
                                    WHEN t.typcategory = 'V' THEN '''10''::%s'
                                    WHEN t.typname = 'cidr' THEN '''10.0.0.0/8''::%s'
                                    WHEN t.typname = 'inet' THEN '''10.0.0.1''::%s'
                                    WHEN t.typname = 'xml' THEN '''<a/>''::%s'
                                    WHEN t.typcategory = 'E' THEN '(SELECT enum_first(NULL::%s))'
                                    WHEN t.typcategory = 'A' THEN '''{}''::%s'
                                    WHEN t.typcategory = 'R' THEN '''empty''::%s'
                                    ELSE 'NULL::%s'
                                  END AS value
                             FROM pg_attribute a
                             JOIN pg_type own ON own.oid = a.atttypid
                             JOIN pg_type t ON t.oid = CASE own.typtype WHEN 'd' THEN own.typbasetype ELSE own.oid END
                            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity = ''
                            ORDER BY a.attnum) AS columns
               ) AS a
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         ORDER BY c.oid;
    has_rows boolean;
BEGIN
    FOR t IN tables LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t.name) INTO has_rows;
        CONTINUE WHEN has_rows;
        BEGIN
            IF t.list IS NULL THEN
                FOR n IN 1..1000 LOOP
                    EXECUTE format('INSERT INTO %s DEFAULT VALUES', t.name);
                END LOOP;
            ELSE
                EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM generate_series(1, 1000) g', t.name, t.list, t.expressions);
            END IF;
        EXCEPTION WHEN OTHERS THEN
            RAISE NOTICE '% stays empty: %', t.name, SQLERRM;
        END;
    END LOOP;
END
$fill$;
