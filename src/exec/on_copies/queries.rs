//! What the copies are made from, as the catalogs have it.

/// The schemas of the application that a file speaks of. `$1`: its words; `$2`: midflight's own schema.
pub(super) const SCHEMAS: &str = "
    SELECT nspname::text FROM pg_catalog.pg_namespace
    WHERE nspname = ANY ($1) AND nspname <> $2 AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    ORDER BY 1";

/// The relations that a file names, the tables of the indexes among them, and the tables that foreign keys of these refer
/// to. `$1`: schemas; `$2`: the file's words.
pub(super) const RELATIONS: &str = "
    WITH named AS (
      SELECT COALESCE(i.indrelid, c.oid) AS oid
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
      WHERE n.nspname = ANY ($1) AND c.relname = ANY ($2) AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I')
    ), with_parents AS (
      SELECT oid FROM named
      UNION SELECT k.confrelid FROM pg_catalog.pg_constraint k JOIN named ON named.oid = k.conrelid WHERE k.contype = 'f'
    )
    SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text
    FROM with_parents w
    JOIN pg_catalog.pg_class c ON c.oid = w.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1)
    ORDER BY 2, 3";

/// Functions and types of the file's words, which have no copies.
pub(super) const OTHERS: &str = "
    SELECT n.nspname::text, p.proname::text
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY ($1) AND p.proname = ANY ($2)
    UNION
    SELECT n.nspname::text, t.typname::text
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE n.nspname = ANY ($1) AND t.typname = ANY ($2) AND COALESCE(c.relkind, 'c') = 'c'
    UNION
    SELECT n.nspname::text, c.collname::text
    FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    WHERE n.nspname = ANY ($1) AND c.collname = ANY ($2)
    UNION
    SELECT n.nspname::text, o.opcname::text
    FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
    WHERE n.nspname = ANY ($1) AND o.opcname = ANY ($2)
    UNION
    SELECT n.nspname::text, d.dictname::text
    FROM pg_catalog.pg_ts_dict d JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
    WHERE n.nspname = ANY ($1) AND d.dictname = ANY ($2)
    UNION
    SELECT n.nspname::text, c.cfgname::text
    FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
    WHERE n.nspname = ANY ($1) AND c.cfgname = ANY ($2)";

/// Sequences, but for those of identity columns, which come with their tables.
pub(super) const SEQUENCES: &str = "
    SELECT n.nspname::text, c.relname::text, pg_catalog.format('AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s %s',
      pg_catalog.format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart,
      CASE WHEN s.seqcycle THEN 'CYCLE' ELSE '' END)
    FROM pg_catalog.pg_sequence s
    JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE s.seqrelid::bigint = ANY ($1) AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype = 'i')";

/// Tables; those on other servers are ordinary ones.
pub(super) const TABLES: &str = "
    SELECT n.nspname::text, c.relname::text, CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid::bigint = ANY ($1) AND c.relkind IN ('r', 'p', 'f')";

/// Indexes, constraints and triggers of the copied relations, under their names, foreign keys after what they refer to.
pub(super) const ON_TABLES: &str = "
    SELECT definition FROM (
      SELECT 1 AS place, i.indexrelid::bigint AS oid, pg_catalog.pg_get_indexdef(i.indexrelid) AS definition
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
      WHERE i.indrelid::bigint = ANY ($1) AND i.indisvalid
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid
                        AND k.contype IN ('p', 'u', 'x'))
      UNION ALL
      SELECT CASE WHEN k.contype = 'f' THEN 3 ELSE 2 END, k.oid::bigint,
        pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname,
                          pg_catalog.pg_get_constraintdef(k.oid))
      FROM pg_catalog.pg_constraint k
      JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE k.conrelid::bigint = ANY ($1) AND c.relkind IN ('r', 'p')
        AND (k.contype IN ('p', 'u', 'x') OR k.contype = 'f' AND k.confrelid::bigint = ANY ($1)
             AND (k.conparentid = 0 OR NOT EXISTS (
               SELECT FROM pg_catalog.pg_constraint above WHERE above.oid = k.conparentid AND above.conrelid = k.conrelid)))
      UNION ALL
      SELECT 4, t.oid::bigint, pg_catalog.pg_get_triggerdef(t.oid)
      FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
      WHERE t.tgrelid::bigint = ANY ($1) AND NOT t.tgisinternal AND c.relkind IN ('r', 'p', 'v')
        AND t.tgname !~ '_midflight' AND (t.tgconstrrelid = 0 OR t.tgconstrrelid::bigint = ANY ($1))
    ) made
    ORDER BY place, oid";

/// Functions and procedures of these schemas (`$1`) and names (`$2`).
pub(super) const ROUTINES: &str = "
    SELECT n.nspname::text, p.proname::text, pg_catalog.pg_get_functiondef(p.oid)
    FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) AS wanted (schema, name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
    JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid AND p.proname = wanted.name AND p.prokind IN ('f', 'p')";

/// Enums, likewise.
pub(super) const ENUMS: &str = "
    SELECT n.nspname::text, t.typname::text, pg_catalog.format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
      (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
       FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
    FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) AS wanted (schema, name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
    JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = wanted.name AND t.typtype = 'e'";

/// The relations of the copies' schemas.
pub(super) const THERE: &str = "
    SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1)";
