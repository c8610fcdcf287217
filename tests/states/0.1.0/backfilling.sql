


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;


CREATE SCHEMA midflight;



CREATE FUNCTION midflight.accounts_0b05192b_down0_0(id bigint) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT id AS id;
END;



CREATE FUNCTION midflight.accounts_0b05192b_new0_changed(before_0 bigint, after_0 bigint) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (before_0 IS DISTINCT FROM after_0);
END;



CREATE FUNCTION midflight.accounts_0b05192b_old0_changed(before_0 integer, after_0 integer) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (before_0 IS DISTINCT FROM after_0);
END;



CREATE FUNCTION midflight.accounts_0b05192b_sync() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
    IF midflight.accounts_0b05192b_old0_changed(OLD.id, NEW.id) THEN
      IF NOT midflight.accounts_0b05192b_new0_changed(OLD._midflight_id, NEW._midflight_id) THEN
        NEW._midflight_id := midflight.accounts_0b05192b_up0_0(NEW.id);
      END IF;
    ELSIF midflight.accounts_0b05192b_new0_changed(OLD._midflight_id, NEW._midflight_id) THEN
      IF pg_catalog.current_setting('midflight.backfill', true) IS NULL
         OR pg_catalog.current_setting('midflight.backfill', true) OPERATOR(pg_catalog.<>) 'on' THEN
        NEW.id := midflight.accounts_0b05192b_down0_0(NEW._midflight_id);
      END IF;
    END IF;
  ELSE
    IF NEW._midflight_id IS NULL THEN
      NEW._midflight_id := midflight.accounts_0b05192b_up0_0(NEW.id);
    ELSE
      NEW.id := midflight.accounts_0b05192b_down0_0(NEW._midflight_id);
    END IF;
  END IF;
  RETURN NEW;
END
$$;



CREATE FUNCTION midflight.accounts_0b05192b_up0_0(id integer) RETURNS bigint
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT id AS id;
END;



CREATE FUNCTION midflight.amounts_668478dd_down0_0(amount bigint) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT amount AS amount;
END;



CREATE FUNCTION midflight.amounts_668478dd_new0_changed(before_0 bigint, after_0 bigint) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (before_0 IS DISTINCT FROM after_0);
END;



CREATE FUNCTION midflight.amounts_668478dd_old0_changed(before_0 integer, after_0 integer) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (before_0 IS DISTINCT FROM after_0);
END;



CREATE FUNCTION midflight.amounts_668478dd_old0_default(value_0 integer) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT ((value_0 IS NULL) OR (NOT (value_0 IS DISTINCT FROM 0)));
END;



CREATE FUNCTION midflight.amounts_668478dd_sync() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
    IF midflight.amounts_668478dd_old0_changed(OLD.amount, NEW.amount) THEN
      IF NOT midflight.amounts_668478dd_new0_changed(OLD._midflight_amount, NEW._midflight_amount) THEN
        NEW._midflight_amount := midflight.amounts_668478dd_up0_0(NEW.amount);
      END IF;
    ELSIF midflight.amounts_668478dd_new0_changed(OLD._midflight_amount, NEW._midflight_amount) THEN
      IF pg_catalog.current_setting('midflight.backfill', true) IS NULL
         OR pg_catalog.current_setting('midflight.backfill', true) OPERATOR(pg_catalog.<>) 'on' THEN
        NEW.amount := midflight.amounts_668478dd_down0_0(NEW._midflight_amount);
      END IF;
    END IF;
  ELSE
    IF NEW._midflight_amount IS NULL THEN
      NEW._midflight_amount := midflight.amounts_668478dd_up0_0(NEW.amount);
    ELSIF midflight.amounts_668478dd_old0_default(NEW.amount) THEN
      NEW.amount := midflight.amounts_668478dd_down0_0(NEW._midflight_amount);
    END IF;
  END IF;
  RETURN NEW;
END
$$;



CREATE FUNCTION midflight.amounts_668478dd_up0_0(amount integer) RETURNS bigint
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT amount AS amount;
END;



CREATE FUNCTION midflight.mails_0804043a_down0_0(email text) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT email AS email;
END;



CREATE FUNCTION midflight.mails_0804043a_new0_changed(before_0 text, after_0 text) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (before_0 IS DISTINCT FROM after_0);
END;



CREATE FUNCTION midflight.mails_0804043a_old0_changed(before_0 bigint, after_0 bigint, before_1 text, after_1 text) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT ((before_0 IS DISTINCT FROM after_0) OR (before_1 IS DISTINCT FROM after_1));
END;



CREATE FUNCTION midflight.mails_0804043a_old0_default(value_0 bigint, value_1 text) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT ((value_0 IS NULL) AND (value_1 IS NULL));
END;



CREATE FUNCTION midflight.mails_0804043a_sync() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
    IF midflight.mails_0804043a_old0_changed(OLD.id, NEW.id, OLD.email, NEW.email) THEN
      IF NOT midflight.mails_0804043a_new0_changed(OLD._midflight_email, NEW._midflight_email) THEN
        BEGIN
        NEW._midflight_email := midflight.mails_0804043a_up0_0(NEW.id, NEW.email);
        EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN
          NEW._midflight_email := NULL;
        END;
      END IF;
    ELSIF midflight.mails_0804043a_new0_changed(OLD._midflight_email, NEW._midflight_email) THEN
      IF pg_catalog.current_setting('midflight.backfill', true) IS NULL
         OR pg_catalog.current_setting('midflight.backfill', true) OPERATOR(pg_catalog.<>) 'on' THEN
        NEW.email := midflight.mails_0804043a_down0_0(NEW._midflight_email);
      END IF;
    END IF;
  ELSE
    IF NEW._midflight_email IS NULL THEN
      BEGIN
      NEW._midflight_email := midflight.mails_0804043a_up0_0(NEW.id, NEW.email);
      EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN
        NEW._midflight_email := NULL;
      END;
    ELSIF midflight.mails_0804043a_old0_default(NEW.id, NEW.email) THEN
      NEW.email := midflight.mails_0804043a_down0_0(NEW._midflight_email);
    END IF;
  END IF;
  RETURN NEW;
END
$$;



CREATE FUNCTION midflight.mails_0804043a_up0_0(id bigint, email text) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT COALESCE(email, (id || '@example.com'::text)) AS "coalesce";
END;



CREATE FUNCTION midflight.people_1ac59e17_down0_0(first_name text, number integer) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT concat_ws(' '::text, first_name, number) AS concat_ws;
END;



CREATE FUNCTION midflight.people_1ac59e17_new0_changed(before_0 text, after_0 text, before_1 integer, after_1 integer) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT ((before_0 IS DISTINCT FROM after_0) OR (before_1 IS DISTINCT FROM after_1));
END;



CREATE FUNCTION midflight.people_1ac59e17_old0_changed(before_0 text, after_0 text) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (before_0 IS DISTINCT FROM after_0);
END;



CREATE FUNCTION midflight.people_1ac59e17_old0_default(value_0 text) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (value_0 IS NULL);
END;



CREATE FUNCTION midflight.people_1ac59e17_sync() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
    IF midflight.people_1ac59e17_old0_changed(OLD.name, NEW.name) THEN
      IF NOT midflight.people_1ac59e17_new0_changed(OLD.first_name, NEW.first_name, OLD.number, NEW.number) THEN
        BEGIN
        NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);
        NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);
        EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN
          NEW.first_name := NULL;
          NEW.number := NULL;
        END;
        PERFORM pg_catalog.nextval('midflight.people_1ac59e17_old_writes'::pg_catalog.regclass);
      END IF;
    ELSIF midflight.people_1ac59e17_new0_changed(OLD.first_name, NEW.first_name, OLD.number, NEW.number) THEN
      IF pg_catalog.current_setting('midflight.backfill', true) IS NULL
         OR pg_catalog.current_setting('midflight.backfill', true) OPERATOR(pg_catalog.<>) 'on' THEN
        IF OLD.first_name IS NULL AND OLD.number IS NULL THEN
          BEGIN
          IF NEW.first_name IS NULL THEN
            NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);
          END IF;
          IF NEW.number IS NULL THEN
            NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);
          END IF;
          EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN NULL;
          END;
        END IF;
        NEW.name := midflight.people_1ac59e17_down0_0(NEW.first_name, NEW.number);
      END IF;
    END IF;
  ELSE
    IF NEW.first_name IS NULL AND NEW.number IS NULL THEN
      BEGIN
      NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);
      NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);
      EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN
        NEW.first_name := NULL;
        NEW.number := NULL;
      END;
      PERFORM pg_catalog.nextval('midflight.people_1ac59e17_old_writes'::pg_catalog.regclass);
    ELSIF midflight.people_1ac59e17_old0_default(NEW.name) THEN
      NEW.name := midflight.people_1ac59e17_down0_0(NEW.first_name, NEW.number);
    END IF;
  END IF;
  RETURN NEW;
END
$$;



CREATE FUNCTION midflight.people_1ac59e17_up0_0(name text) RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT split_part(name, ' '::text, 1) AS split_part;
END;



CREATE FUNCTION midflight.people_1ac59e17_up0_1(name text) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (split_part(name, ' '::text, 2))::integer AS split_part;
END;



CREATE FUNCTION midflight.phase(migration text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT m.phase FROM midflight.migrations m WHERE m.id = migration $$;



COMMENT ON FUNCTION midflight.phase(migration text) IS 'The phase of a migration; NULL when it was never expanded.';



CREATE FUNCTION midflight.readable(migration text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT EXISTS (SELECT FROM midflight.migrations m WHERE m.id = migration AND m.verified_at IS NOT NULL
                         AND m.phase IN ('backfilled', 'contracting', 'contracted')) $$;



COMMENT ON FUNCTION midflight.readable(migration text) IS 'Whether the new columns of a migration are complete and verified.';



CREATE FUNCTION midflight.totals_b68ed602_down0_0("Total" integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT "Total" AS "Total";
END;



CREATE FUNCTION midflight.totals_b68ed602_new0_changed(before_0 integer, after_0 integer) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (before_0 IS DISTINCT FROM after_0);
END;



CREATE FUNCTION midflight.totals_b68ed602_old0_changed(before_0 integer, after_0 integer) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (before_0 IS DISTINCT FROM after_0);
END;



CREATE FUNCTION midflight.totals_b68ed602_old0_default(value_0 integer) RETURNS boolean
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT ((value_0 IS NULL) OR (NOT (value_0 IS DISTINCT FROM 0)));
END;



CREATE FUNCTION midflight.totals_b68ed602_sync() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
    IF midflight.totals_b68ed602_old0_changed(OLD."Amount", NEW."Amount") THEN
      IF NOT midflight.totals_b68ed602_new0_changed(OLD."Total", NEW."Total") THEN
        NEW."Total" := midflight.totals_b68ed602_up0_0(NEW."Amount");
        PERFORM pg_catalog.nextval('midflight.totals_b68ed602_old_writes'::pg_catalog.regclass);
      END IF;
    ELSIF midflight.totals_b68ed602_new0_changed(OLD."Total", NEW."Total") THEN
      IF pg_catalog.current_setting('midflight.backfill', true) IS NULL
         OR pg_catalog.current_setting('midflight.backfill', true) OPERATOR(pg_catalog.<>) 'on' THEN
        NEW."Amount" := midflight.totals_b68ed602_down0_0(NEW."Total");
      END IF;
    END IF;
  ELSE
    IF NEW."Total" IS NULL THEN
      NEW."Total" := midflight.totals_b68ed602_up0_0(NEW."Amount");
      PERFORM pg_catalog.nextval('midflight.totals_b68ed602_old_writes'::pg_catalog.regclass);
    ELSIF midflight.totals_b68ed602_old0_default(NEW."Amount") THEN
      NEW."Amount" := midflight.totals_b68ed602_down0_0(NEW."Total");
    END IF;
  END IF;
  RETURN NEW;
END
$$;



CREATE FUNCTION midflight.totals_b68ed602_up0_0("Amount" integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT "Amount" AS "Amount";
END;


SET default_tablespace = '';

SET default_table_access_method = heap;


CREATE TABLE midflight.backfills (
    migration_id text NOT NULL,
    ordinal integer NOT NULL,
    table_name text NOT NULL,
    range_start bigint DEFAULT 0 NOT NULL,
    range_end bigint,
    cursor bigint DEFAULT 0 NOT NULL,
    rows_done bigint DEFAULT 0 NOT NULL,
    rows_total bigint DEFAULT 0 NOT NULL,
    batch_rows bigint,
    started_at timestamp with time zone,
    rows_at_start bigint DEFAULT 0 NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    throttled_by text,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    held interval DEFAULT '00:00:00'::interval NOT NULL,
    verify_cursor bigint,
    verify_at timestamp with time zone,
    CONSTRAINT backfills_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'done'::text, 'failed'::text])))
);



CREATE TABLE midflight.counters (
    migration_id text NOT NULL,
    sequence text NOT NULL,
    writes bigint DEFAULT 0 NOT NULL,
    last_seen_at timestamp with time zone
);



CREATE TABLE midflight.events (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text DEFAULT SESSION_USER NOT NULL,
    host text,
    release text,
    migration_id text,
    what text NOT NULL,
    from_phase text,
    to_phase text,
    detail jsonb
);



ALTER TABLE midflight.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME midflight.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE midflight.lease (
    singleton boolean DEFAULT true NOT NULL,
    owner text NOT NULL,
    host text NOT NULL,
    epoch bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    backend_pid integer,
    backend_start timestamp with time zone,
    CONSTRAINT lease_singleton_check CHECK (singleton)
);



CREATE TABLE midflight.meta (
    version integer NOT NULL,
    database jsonb
);



CREATE TABLE midflight.migrations (
    id text NOT NULL,
    checksum text NOT NULL,
    phase text NOT NULL,
    plan jsonb,
    expand_release text,
    contract_release text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expanded_at timestamp with time zone,
    backfilled_at timestamp with time zone,
    verified_at timestamp with time zone,
    contracted_at timestamp with time zone,
    error text,
    paused_at timestamp with time zone,
    paused_by text,
    pace jsonb DEFAULT '{}'::jsonb NOT NULL,
    fingerprint jsonb,
    CONSTRAINT migrations_phase_check CHECK ((phase = ANY (ARRAY['pending'::text, 'expanding'::text, 'expanded'::text, 'backfilling'::text, 'backfilled'::text, 'contracting'::text, 'contracted'::text, 'rolling_back'::text, 'rolled_back'::text])))
);



CREATE SEQUENCE midflight.people_1ac59e17_old_writes
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



CREATE TABLE midflight.steps (
    migration_id text NOT NULL,
    phase text NOT NULL,
    ordinal integer NOT NULL,
    step_id text NOT NULL,
    sql text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    error text,
    CONSTRAINT steps_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'done'::text, 'failed'::text, 'undone'::text])))
);



CREATE SEQUENCE midflight.totals_b68ed602_old_writes
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



CREATE TABLE public."Totals" (
    id bigint NOT NULL,
    "Amount" integer DEFAULT 0 NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    "Total" integer
);



CREATE TABLE public.accounts (
    id integer NOT NULL,
    amount integer NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    _midflight_id bigint
);



CREATE SEQUENCE public.accounts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;



CREATE TABLE public.amounts (
    id bigint NOT NULL,
    amount integer DEFAULT 0 NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    _midflight_amount bigint NOT NULL,
    CONSTRAINT amounts_amount_check CHECK ((amount >= 0))
);



COMMENT ON COLUMN public.amounts.amount IS 'in cents';



COMMENT ON COLUMN public.amounts._midflight_amount IS 'in cents';



CREATE TABLE public.entries (
    id bigint NOT NULL,
    account_id integer NOT NULL
);



CREATE TABLE public.goods (
    id bigint NOT NULL,
    n bigint NOT NULL,
    seen integer DEFAULT 0 NOT NULL
);



CREATE TABLE public.mails (
    id bigint NOT NULL,
    legacy text DEFAULT 'x'::text NOT NULL,
    n bigint,
    email text,
    seen integer DEFAULT 0 NOT NULL,
    _midflight_email text
);



CREATE TABLE public.own (
    id bigint NOT NULL,
    n bigint NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    checked boolean DEFAULT false
);



CREATE TABLE public.people (
    id bigint NOT NULL,
    name text NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    first_name text,
    number integer,
    CONSTRAINT _midflight_first_name_not_null CHECK ((first_name IS NOT NULL))
);



CREATE TABLE public.places (
    id bigint NOT NULL,
    code text NOT NULL,
    n bigint,
    quiet_id bigint DEFAULT 1,
    seen integer DEFAULT 0 NOT NULL,
    CONSTRAINT _midflight_n_not_null CHECK ((n IS NOT NULL)),
    CONSTRAINT places_positive CHECK ((n >= 0))
);



CREATE VIEW public.products WITH (security_invoker='true') AS
 SELECT goods.id,
    goods.n,
    goods.seen
   FROM public.goods;



CREATE TABLE public.quiet (
    id bigint NOT NULL,
    note text
);



CREATE TABLE public.replies (
    id bigint NOT NULL,
    ticket_id bigint NOT NULL
);



CREATE TABLE public.tickets (
    id bigint NOT NULL,
    quiet_id bigint,
    note text
);



ALTER TABLE public.tickets ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tickets_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);



INSERT INTO midflight.backfills VALUES
	('04_split', 0, 'public.people', 0, 1, 1, 30, 81, 2, '2026-11-30 08:40:53.862479+00', 0, 'done', NULL, '2026-11-30 08:40:53.902572+00', '00:00:00', NULL, NULL),
	('01_key', 0, 'public.accounts', 0, 1, 0, 36, 81, 1, '2026-11-30 08:40:50.297276+00', 0, 'running', NULL, '2026-11-30 08:40:50.344612+00', '00:00:00', NULL, NULL),
	('02_type', 0, 'public.amounts', 0, 1, 1, 30, 81, 2, '2026-11-30 08:40:51.735821+00', 0, 'done', NULL, '2026-11-30 08:40:51.834766+00', '00:00:00', NULL, NULL),
	('05_fill', 0, 'public.mails', 0, 1, 0, 36, 81, 1, '2026-11-30 08:40:54.947742+00', 0, 'running', NULL, '2026-11-30 08:40:55.158485+00', '00:00:00', NULL, NULL),
	('03_rename', 0, 'public."Totals"', 0, 1, 1, 30, 81, 2, '2026-11-30 08:40:52.888461+00', 0, 'done', NULL, '2026-11-30 08:40:52.901914+00', '00:00:00', NULL, NULL);






INSERT INTO midflight.events OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-30 08:40:43.957488+00', 'postgres', 'vm', '1', NULL, 'release', NULL, NULL, NULL),
	(2, '2026-11-30 08:40:43.96382+00', 'postgres', 'vm', '1', '01_key', 'phase', 'pending', 'expanding', 'null'),
	(3, '2026-11-30 08:40:44.12714+00', 'postgres', 'vm', '1', '01_key', 'phase', 'expanding', 'expanded', 'null'),
	(4, '2026-11-30 08:40:44.336545+00', 'postgres', 'vm', '1', '02_type', 'phase', 'pending', 'expanding', 'null'),
	(5, '2026-11-30 08:40:44.383251+00', 'postgres', 'vm', '1', '02_type', 'phase', 'expanding', 'expanded', 'null'),
	(6, '2026-11-30 08:40:44.583597+00', 'postgres', 'vm', '1', '03_rename', 'phase', 'pending', 'expanding', 'null'),
	(7, '2026-11-30 08:40:44.706952+00', 'postgres', 'vm', '1', '03_rename', 'phase', 'expanding', 'expanded', 'null'),
	(8, '2026-11-30 08:40:45.053392+00', 'postgres', 'vm', '1', '04_split', 'phase', 'pending', 'expanding', 'null'),
	(9, '2026-11-30 08:40:45.304557+00', 'postgres', 'vm', '1', '04_split', 'phase', 'expanding', 'expanded', 'null'),
	(10, '2026-11-30 08:40:45.764292+00', 'postgres', 'vm', '1', '05_fill', 'phase', 'pending', 'expanding', 'null'),
	(11, '2026-11-30 08:40:46.374682+00', 'postgres', 'vm', '1', '05_fill', 'phase', 'expanding', 'expanded', 'null'),
	(12, '2026-11-30 08:40:46.54113+00', 'postgres', 'vm', '1', '06_in_place', 'phase', 'pending', 'expanding', 'null'),
	(13, '2026-11-30 08:40:46.621432+00', 'postgres', 'vm', '1', '06_in_place', 'phase', 'expanding', 'expanded', 'null'),
	(14, '2026-11-30 08:40:47.370936+00', 'postgres', 'vm', '1', '07_own', 'phase', 'pending', 'expanding', 'null'),
	(15, '2026-11-30 08:40:47.584959+00', 'postgres', 'vm', '1', '07_own', 'phase', 'expanding', 'expanded', 'null'),
	(16, '2026-11-30 08:40:47.851711+00', 'postgres', 'vm', '1', '08_rename_table', 'phase', 'pending', 'expanding', 'null'),
	(17, '2026-11-30 08:40:47.97019+00', 'postgres', 'vm', '1', '08_rename_table', 'phase', 'expanding', 'expanded', 'null'),
	(18, '2026-11-30 08:40:48.20033+00', 'postgres', 'vm', '1', '09_tables', 'phase', 'pending', 'expanding', 'null'),
	(19, '2026-11-30 08:40:48.283212+00', 'postgres', 'vm', '1', '09_tables', 'phase', 'expanding', 'expanded', 'null'),
	(20, '2026-11-30 08:40:50.107484+00', 'postgres', 'vm', NULL, '01_key', 'phase', 'expanded', 'backfilling', 'null'),
	(21, '2026-11-30 08:40:51.350022+00', 'postgres', 'vm', NULL, '02_type', 'phase', 'expanded', 'backfilling', 'null'),
	(22, '2026-11-30 08:40:52.669167+00', 'postgres', 'vm', NULL, '03_rename', 'phase', 'expanded', 'backfilling', 'null'),
	(23, '2026-11-30 08:40:53.762271+00', 'postgres', 'vm', NULL, '04_split', 'phase', 'expanded', 'backfilling', 'null'),
	(24, '2026-11-30 08:40:54.747346+00', 'postgres', 'vm', NULL, '05_fill', 'phase', 'expanded', 'backfilling', 'null'),
	(25, '2026-11-30 08:40:55.821101+00', 'postgres', 'vm', NULL, '06_in_place', 'phase', 'expanded', 'backfilling', 'null'),
	(26, '2026-11-30 08:40:56.593485+00', 'postgres', 'vm', NULL, '07_own', 'phase', 'expanded', 'backfilling', 'null'),
	(27, '2026-11-30 08:40:57.588283+00', 'postgres', 'vm', NULL, '08_rename_table', 'phase', 'expanded', 'backfilling', 'null'),
	(28, '2026-11-30 08:40:58.74791+00', 'postgres', 'vm', NULL, '09_tables', 'phase', 'expanded', 'backfilling', 'null');



INSERT INTO midflight.lease VALUES
	(true, 'vm:17472:5234394150015379036', 'vm', 18, '2026-11-30 08:41:28.751766+00', 17498, '2026-11-30 08:40:58.407317+00');



INSERT INTO midflight.meta VALUES
	(3, '{"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}');



INSERT INTO midflight.migrations VALUES
	('03_rename', '6ecc3a034385e2c76542090852b6735ef7384b8796dc23afa9606ad8c31b4184', 'backfilling', '{"notes": ["the new release may write public.\"Totals\".\"Total\" from expand on; it may search by it (WHERE, JOIN, ON CONFLICT) once midflight.readable() says true", "expand adds columns to public.\"Totals\": a prepared `SELECT *` or `RETURNING *` on it fails from then on (`cached plan must not change result type`) unless its driver prepares it again; naming the columns avoids it"], "expand": [{"id": "expand.1", "sql": ["CREATE SEQUENCE midflight.totals_b68ed602_old_writes", "GRANT USAGE ON SEQUENCE midflight.totals_b68ed602_old_writes TO PUBLIC", "CREATE FUNCTION midflight.totals_b68ed602_old0_changed(before_0 integer, after_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0\n); END", "GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_old0_changed(integer, integer) TO PUBLIC", "CREATE FUNCTION midflight.totals_b68ed602_new0_changed(before_0 integer, after_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0\n); END", "GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_new0_changed(integer, integer) TO PUBLIC", "CREATE FUNCTION midflight.totals_b68ed602_old0_default(value_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT ((value_0 IS NULL OR NOT (value_0 IS DISTINCT FROM (0)::integer))\n); END", "GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_old0_default(integer) TO PUBLIC", "CREATE FUNCTION midflight.totals_b68ed602_up0_0(\"Amount\" integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (\"Amount\"\n); END", "GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_up0_0(integer) TO PUBLIC", "CREATE FUNCTION midflight.totals_b68ed602_down0_0(\"Total\" integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (\"Total\"\n); END", "GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_down0_0(integer) TO PUBLIC", "CREATE FUNCTION midflight.totals_b68ed602_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nBEGIN\n  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN\n    IF midflight.totals_b68ed602_old0_changed(OLD.\"Amount\", NEW.\"Amount\") THEN\n      IF NOT midflight.totals_b68ed602_new0_changed(OLD.\"Total\", NEW.\"Total\") THEN\n        NEW.\"Total\" := midflight.totals_b68ed602_up0_0(NEW.\"Amount\");\n        PERFORM pg_catalog.nextval(''midflight.totals_b68ed602_old_writes''::pg_catalog.regclass);\n      END IF;\n    ELSIF midflight.totals_b68ed602_new0_changed(OLD.\"Total\", NEW.\"Total\") THEN\n      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL\n         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN\n        NEW.\"Amount\" := midflight.totals_b68ed602_down0_0(NEW.\"Total\");\n      END IF;\n    END IF;\n  ELSE\n    IF NEW.\"Total\" IS NULL THEN\n      NEW.\"Total\" := midflight.totals_b68ed602_up0_0(NEW.\"Amount\");\n      PERFORM pg_catalog.nextval(''midflight.totals_b68ed602_old_writes''::pg_catalog.regclass);\n    ELSIF midflight.totals_b68ed602_old0_default(NEW.\"Amount\") THEN\n      NEW.\"Amount\" := midflight.totals_b68ed602_down0_0(NEW.\"Total\");\n    END IF;\n  END IF;\n  RETURN NEW;\nEND\n$midflight$", "ALTER TABLE public.\"Totals\" ADD COLUMN \"Total\" integer", "CREATE TRIGGER zzzz_midflight_totals_b68ed602 BEFORE INSERT OR UPDATE OF \"Amount\", \"Total\" ON public.\"Totals\" FOR EACH ROW EXECUTE FUNCTION midflight.totals_b68ed602_sync()", "ALTER TABLE public.\"Totals\" ENABLE ALWAYS TRIGGER zzzz_midflight_totals_b68ed602"], "mode": "transaction", "undo": ["DROP TRIGGER IF EXISTS zzzz_midflight_totals_b68ed602 ON public.\"Totals\"", "ALTER TABLE public.\"Totals\" DROP COLUMN IF EXISTS \"Total\"", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_sync()", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_old0_changed(integer, integer)", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_new0_changed(integer, integer)", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_old0_default(integer)", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_up0_0(integer)", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_down0_0(integer)", "DROP SEQUENCE IF EXISTS midflight.totals_b68ed602_old_writes"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "Totals", "schema": "public"}}], "summary": "add \"Total\" to public.\"Totals\" with the trigger that keeps both sides in step"}], "finish": [{"id": "backfill.1", "sql": ["CREATE INDEX CONCURRENTLY \"_midflight_next_Totals_Amount\" ON public.\"Totals\" USING btree (\"Total\")"], "mode": {"alone": {"done_when": {"index_valid": {"name": "_midflight_next_Totals_Amount", "schema": "public"}}}}, "undo": ["DROP INDEX CONCURRENTLY IF EXISTS public.\"_midflight_next_Totals_Amount\""], "work": "index_build", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "Totals", "schema": "public"}}], "summary": "build index Totals_Amount under the new names, for the new release"}, {"id": "backfill.2", "sql": ["ANALYZE public.\"Totals\""], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "Totals", "schema": "public"}}], "summary": "gather statistics of the new columns of public.\"Totals\""}], "trials": [{"end": 54, "sql": "CREATE FUNCTION pg_temp.totals_b68ed602_up0_0(\"Amount\" integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (\"Amount\"\n); END", "what": "the cast of column `Amount` to integer", "start": 0, "offset": 114, "expression": ""}, {"end": 54, "sql": "CREATE FUNCTION pg_temp.totals_b68ed602_down0_0(\"Total\" integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (\"Total\"\n); END", "what": "the cast of column `Total` to integer", "start": 0, "offset": 115, "expression": ""}], "carries": [{"table": {"name": "Totals", "schema": "public"}, "column": "Amount"}], "touches": [{"table": {"name": "Totals", "schema": "public"}, "column": "Amount"}, {"table": {"name": "Totals", "schema": "public"}, "column": "Total"}], "version": 1, "backfill": [{"key": "pg_catalog.format(''id=%s'', id)", "rows": 81, "bytes": 8192, "probe": ["pg_temp.totals_b68ed602_up0_0(\"Amount\")"], "table": {"name": "Totals", "schema": "public"}, "wrong": "\"Total\" IS DISTINCT FROM midflight.totals_b68ed602_up0_0(\"Amount\")", "columns": ["Total"], "pending": "(\"Total\" IS NULL AND (midflight.totals_b68ed602_up0_0(\"Amount\") IS NOT NULL))", "rejected": null, "assignments": "\"Total\" = midflight.totals_b68ed602_up0_0(\"Amount\")", "index_bytes": 32768}], "contract": [{"id": "contract.1", "sql": ["DROP TRIGGER IF EXISTS zzzz_midflight_totals_b68ed602 ON public.\"Totals\"", "ALTER TABLE public.\"Totals\" DROP COLUMN \"Total\"", "ALTER TABLE public.\"Totals\" RENAME COLUMN \"Amount\" TO \"Total\"", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_sync()", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_old0_changed(integer, integer)", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_new0_changed(integer, integer)", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_old0_default(integer)", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_up0_0(integer)", "DROP FUNCTION IF EXISTS midflight.totals_b68ed602_down0_0(integer)", "DROP SEQUENCE IF EXISTS midflight.totals_b68ed602_old_writes"], "mode": "transaction", "undo": [], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "Totals", "schema": "public"}}], "summary": "public.\"Totals\".\"Amount\" takes the name \"Total\", with all that hangs on it"}], "counters": ["midflight.totals_b68ed602_old_writes"], "triggers": [{"name": "zzzz_midflight_totals_b68ed602", "table": {"name": "Totals", "schema": "public"}}], "migration": "03_rename", "relies_on": {"tables": [{"name": "Totals", "schema": "public"}], "columns": [{"goes": false, "table": {"name": "Totals", "schema": "public"}, "column": "Amount", "followed": false}, {"goes": true, "table": {"name": "Totals", "schema": "public"}, "column": "Total", "followed": true}], "indexes": [{"name": "_midflight_next_Totals_Amount", "schema": "public"}], "functions": ["totals_b68ed602_"], "constraints": []}}', '1', NULL, '2026-11-30 08:40:44.579013+00', '2026-11-30 08:40:44.588014+00', NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"tables": {"table public.\"Totals\"": 38437}, "hanging": {"trigger zzzz_midflight_totals_b68ed602 on public.\"Totals\"": "public.\"Totals\".\"Total\""}, "objects": {"table public.\"Totals\"": {}, "column public.\"Totals\".\"Total\"": {"type": "integer", "NOT NULL": false}, "column public.\"Totals\".\"Amount\"": {"type": "integer", "default": "0", "NOT NULL": true}, "function midflight.totals_b68ed602_sync()": {"digest": "f6db3008b1168dc9"}, "sequence midflight.totals_b68ed602_old_writes": {}, "function midflight.totals_b68ed602_up0_0(integer)": {"digest": "3c92f15852e2a744"}, "function midflight.totals_b68ed602_down0_0(integer)": {"digest": "4e3ae38b82016d33"}, "function midflight.totals_b68ed602_old0_default(integer)": {"digest": "484a97dac058560a"}, "trigger zzzz_midflight_totals_b68ed602 of public.\"Totals\"": {"firing": "always", "definition": "CREATE TRIGGER zzzz_midflight_totals_b68ed602 BEFORE INSERT OR UPDATE OF \"Amount\", \"Total\" ON public.\"Totals\" FOR EACH ROW EXECUTE FUNCTION midflight.totals_b68ed602_sync()"}, "function midflight.totals_b68ed602_new0_changed(integer,integer)": {"digest": "f65dff0390d91bee"}, "function midflight.totals_b68ed602_old0_changed(integer,integer)": {"digest": "7bfc939b0af28844"}}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}'),
	('01_key', 'fb8621e4b74d5f3985ac34f02a4a1a1526e0959451b6457a39c40300e93b2c1c', 'backfilling', '{"notes": ["contract gives public.accounts.id its new type under the running release: a prepared statement that returns the column bare fails from then on (`cached plan must not change result type`) unless its driver prepares it again. Have the new release select `id::bigint`, or let it reconnect after contract", "expand adds columns to public.accounts: a prepared `SELECT *` or `RETURNING *` on it fails from then on (`cached plan must not change result type`) unless its driver prepares it again; naming the columns avoids it"], "expand": [{"id": "expand.1", "sql": ["CREATE FUNCTION midflight.accounts_0b05192b_old0_changed(before_0 integer, after_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0\n); END", "GRANT EXECUTE ON FUNCTION midflight.accounts_0b05192b_old0_changed(integer, integer) TO PUBLIC", "CREATE FUNCTION midflight.accounts_0b05192b_new0_changed(before_0 bigint, after_0 bigint) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0\n); END", "GRANT EXECUTE ON FUNCTION midflight.accounts_0b05192b_new0_changed(bigint, bigint) TO PUBLIC", "CREATE FUNCTION midflight.accounts_0b05192b_up0_0(id integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT (id\n); END", "GRANT EXECUTE ON FUNCTION midflight.accounts_0b05192b_up0_0(integer) TO PUBLIC", "CREATE FUNCTION midflight.accounts_0b05192b_down0_0(id bigint) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (id\n); END", "GRANT EXECUTE ON FUNCTION midflight.accounts_0b05192b_down0_0(bigint) TO PUBLIC", "CREATE FUNCTION midflight.accounts_0b05192b_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nBEGIN\n  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN\n    IF midflight.accounts_0b05192b_old0_changed(OLD.id, NEW.id) THEN\n      IF NOT midflight.accounts_0b05192b_new0_changed(OLD._midflight_id, NEW._midflight_id) THEN\n        NEW._midflight_id := midflight.accounts_0b05192b_up0_0(NEW.id);\n      END IF;\n    ELSIF midflight.accounts_0b05192b_new0_changed(OLD._midflight_id, NEW._midflight_id) THEN\n      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL\n         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN\n        NEW.id := midflight.accounts_0b05192b_down0_0(NEW._midflight_id);\n      END IF;\n    END IF;\n  ELSE\n    IF NEW._midflight_id IS NULL THEN\n      NEW._midflight_id := midflight.accounts_0b05192b_up0_0(NEW.id);\n    ELSE\n      NEW.id := midflight.accounts_0b05192b_down0_0(NEW._midflight_id);\n    END IF;\n  END IF;\n  RETURN NEW;\nEND\n$midflight$", "ALTER TABLE public.accounts ADD COLUMN _midflight_id bigint", "CREATE TRIGGER zzzz_midflight_accounts_0b05192b BEFORE INSERT OR UPDATE OF id ON public.accounts FOR EACH ROW EXECUTE FUNCTION midflight.accounts_0b05192b_sync()", "ALTER TABLE public.accounts ENABLE ALWAYS TRIGGER zzzz_midflight_accounts_0b05192b", "CREATE TRIGGER zzzz_midflight_accounts_0b05192b_back BEFORE UPDATE OF _midflight_id ON public.accounts FOR EACH ROW WHEN (pg_catalog.current_setting(''midflight.backfill'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION midflight.accounts_0b05192b_sync()", "ALTER TABLE public.accounts ENABLE ALWAYS TRIGGER zzzz_midflight_accounts_0b05192b_back"], "mode": "transaction", "undo": ["DROP TRIGGER IF EXISTS zzzz_midflight_accounts_0b05192b ON public.accounts", "DROP TRIGGER IF EXISTS zzzz_midflight_accounts_0b05192b_back ON public.accounts", "ALTER TABLE public.accounts DROP COLUMN IF EXISTS _midflight_id", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_sync()", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_old0_changed(integer, integer)", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_new0_changed(bigint, bigint)", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_up0_0(integer)", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_down0_0(bigint)"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "accounts", "schema": "public"}}], "summary": "add _midflight_id to public.accounts with the trigger that keeps both sides in step"}], "finish": [{"id": "backfill.1", "sql": ["ALTER TABLE public.accounts ADD CONSTRAINT _midflight__midflight_id_not_null CHECK (_midflight_id IS NOT NULL) NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.accounts DROP CONSTRAINT IF EXISTS _midflight__midflight_id_not_null"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "accounts", "schema": "public"}}], "summary": "require public.accounts._midflight_id in new rows"}, {"id": "backfill.2", "sql": ["ALTER TABLE public.accounts VALIDATE CONSTRAINT _midflight__midflight_id_not_null"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "accounts", "schema": "public"}}], "summary": "validate _midflight__midflight_id_not_null on public.accounts"}, {"id": "backfill.3", "sql": ["ALTER TABLE public.accounts ALTER COLUMN _midflight_id SET NOT NULL", "ALTER TABLE public.accounts DROP CONSTRAINT _midflight__midflight_id_not_null"], "mode": "transaction", "undo": ["ALTER TABLE public.accounts ALTER COLUMN _midflight_id DROP NOT NULL"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "accounts", "schema": "public"}}], "summary": "set public.accounts._midflight_id NOT NULL, which the validated check proves"}, {"id": "backfill.4", "sql": ["CREATE UNIQUE INDEX CONCURRENTLY _midflight_accounts_pkey ON public.accounts USING btree (_midflight_id)"], "mode": {"alone": {"done_when": {"index_valid": {"name": "_midflight_accounts_pkey", "schema": "public"}}}}, "undo": ["DROP INDEX CONCURRENTLY IF EXISTS public._midflight_accounts_pkey"], "work": "index_build", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "accounts", "schema": "public"}}], "summary": "build the copy of index accounts_pkey"}, {"id": "backfill.5", "sql": ["ALTER TABLE public.entries ADD CONSTRAINT _midflight_entries_account FOREIGN KEY (account_id) REFERENCES public.accounts(_midflight_id) ON DELETE CASCADE NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.entries DROP CONSTRAINT IF EXISTS _midflight_entries_account"], "work": "catalog", "locks": [{"mode": "SHARE ROW EXCLUSIVE", "table": {"name": "accounts", "schema": "public"}}, {"mode": "SHARE ROW EXCLUSIVE", "table": {"name": "entries", "schema": "public"}}], "summary": "add the copy of foreign key entries_account of public.entries, not valid yet"}, {"id": "backfill.6", "sql": ["ALTER TABLE public.entries VALIDATE CONSTRAINT _midflight_entries_account"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "entries", "schema": "public"}}], "summary": "validate _midflight_entries_account on public.entries"}, {"id": "backfill.7", "sql": ["ANALYZE public.accounts"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "accounts", "schema": "public"}}], "summary": "gather statistics of the new columns of public.accounts"}], "trials": [{"end": 48, "sql": "CREATE FUNCTION pg_temp.midflight_value_0() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT (nextval(''public.accounts_id_seq''::regclass)\n); END", "what": "the default of column `id` as bigint", "start": 0, "offset": 93, "expression": ""}, {"end": 48, "sql": "CREATE FUNCTION pg_temp.accounts_0b05192b_up0_0(id integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT (id\n); END", "what": "the cast of column `id` to bigint", "start": 0, "offset": 109, "expression": ""}, {"end": 48, "sql": "CREATE FUNCTION pg_temp.accounts_0b05192b_down0_0(id bigint) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (id\n); END", "what": "the cast of column `id` to integer", "start": 0, "offset": 111, "expression": ""}], "carries": [{"table": {"name": "accounts", "schema": "public"}, "column": "id"}], "touches": [{"table": {"name": "accounts", "schema": "public"}, "column": "id"}, {"table": {"name": "accounts", "schema": "public"}, "column": "id"}], "version": 1, "backfill": [{"key": "pg_catalog.format(''id=%s'', id)", "rows": 81, "bytes": 8192, "probe": ["pg_temp.accounts_0b05192b_up0_0(id)"], "table": {"name": "accounts", "schema": "public"}, "wrong": "_midflight_id IS DISTINCT FROM midflight.accounts_0b05192b_up0_0(id)", "columns": ["_midflight_id"], "pending": "(_midflight_id IS NULL AND (midflight.accounts_0b05192b_up0_0(id) IS NOT NULL))", "rejected": "pg_temp.accounts_0b05192b_up0_0(id) IS NULL", "assignments": "_midflight_id = midflight.accounts_0b05192b_up0_0(id)", "index_bytes": 16384}], "contract": [{"id": "contract.1", "sql": ["DROP TRIGGER IF EXISTS zzzz_midflight_accounts_0b05192b ON public.accounts", "DROP TRIGGER IF EXISTS zzzz_midflight_accounts_0b05192b_back ON public.accounts", "ALTER TABLE public.entries DROP CONSTRAINT entries_account", "ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts._midflight_id", "ALTER TABLE public.accounts DROP COLUMN id", "ALTER TABLE public.accounts RENAME COLUMN _midflight_id TO id", "ALTER TABLE public.accounts ALTER COLUMN id SET DEFAULT nextval(''public.accounts_id_seq''::regclass)", "ALTER TABLE public.accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY USING INDEX _midflight_accounts_pkey", "ALTER TABLE public.accounts_pkey RENAME COLUMN _midflight_id TO id", "ALTER TABLE public.entries RENAME CONSTRAINT _midflight_entries_account TO entries_account", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_sync()", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_old0_changed(integer, integer)", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_new0_changed(bigint, bigint)", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_up0_0(integer)", "DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_down0_0(bigint)"], "mode": "transaction", "undo": [], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "accounts", "schema": "public"}}, {"mode": "ACCESS EXCLUSIVE", "table": {"name": "entries", "schema": "public"}}], "summary": "drop the old public.accounts.id; _midflight_id takes the name; name the copies of indexes and constraints of public.accounts; make again what hung on the replaced columns of public.accounts"}], "counters": [], "triggers": [{"name": "zzzz_midflight_accounts_0b05192b", "table": {"name": "accounts", "schema": "public"}}, {"name": "zzzz_midflight_accounts_0b05192b_back", "table": {"name": "accounts", "schema": "public"}}], "migration": "01_key", "relies_on": {"tables": [{"name": "accounts", "schema": "public"}], "columns": [{"goes": true, "table": {"name": "accounts", "schema": "public"}, "column": "id", "followed": true}, {"goes": false, "table": {"name": "accounts", "schema": "public"}, "column": "_midflight_id", "followed": true}], "indexes": [{"name": "_midflight_accounts_pkey", "schema": "public"}], "functions": ["accounts_0b05192b_"], "constraints": []}}', '1', NULL, '2026-11-30 08:40:43.958717+00', '2026-11-30 08:40:43.96834+00', NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"tables": {"table public.accounts": 38410}, "hanging": {"sequence public.accounts_id_seq": "public.accounts.id", "table constraint accounts_pkey on public.accounts": "public.accounts.id", "table constraint entries_account on public.entries": "public.accounts.id", "trigger zzzz_midflight_accounts_0b05192b on public.accounts": "public.accounts.id"}, "objects": {"table public.accounts": {}, "column public.accounts.id": {"type": "integer", "default": "nextval(''public.accounts_id_seq''::regclass)", "NOT NULL": true}, "column public.accounts._midflight_id": {"type": "bigint", "NOT NULL": false}, "constraint accounts_pkey of public.accounts": {"valid": true, "definition": "PRIMARY KEY (id)"}, "function midflight.accounts_0b05192b_sync()": {"digest": "5579d5c3b0e8302f"}, "constraint entries_account of public.entries": {"valid": true, "definition": "FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE"}, "function midflight.accounts_0b05192b_up0_0(integer)": {"digest": "76a9f68659687395"}, "function midflight.accounts_0b05192b_down0_0(bigint)": {"digest": "7a1239aca563f6a9"}, "trigger zzzz_midflight_accounts_0b05192b of public.accounts": {"firing": "always", "definition": "CREATE TRIGGER zzzz_midflight_accounts_0b05192b BEFORE INSERT OR UPDATE OF id ON public.accounts FOR EACH ROW EXECUTE FUNCTION midflight.accounts_0b05192b_sync()"}, "function midflight.accounts_0b05192b_new0_changed(bigint,bigint)": {"digest": "85a56b9e4f106e11"}, "trigger zzzz_midflight_accounts_0b05192b_back of public.accounts": {"firing": "always", "definition": "CREATE TRIGGER zzzz_midflight_accounts_0b05192b_back BEFORE UPDATE OF _midflight_id ON public.accounts FOR EACH ROW WHEN ((current_setting(''midflight.backfill''::text, true) IS DISTINCT FROM ''on''::text)) EXECUTE FUNCTION midflight.accounts_0b05192b_sync()"}, "function midflight.accounts_0b05192b_old0_changed(integer,integer)": {"digest": "b88786c1d20bfc0e"}}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}'),
	('06_in_place', '69ffa7e9aa4f627b1ce31cd5b5ebd0a366af4c6490f44d63640b1c99f81cbda1', 'backfilling', '{"notes": [], "expand": [{"id": "expand.1", "sql": ["ALTER TABLE public.places ADD CONSTRAINT _midflight_n_not_null CHECK (n IS NOT NULL) NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.places DROP CONSTRAINT IF EXISTS _midflight_n_not_null"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "require public.places.n in new rows", "violations": {"end": 46, "rule": "column `n` is to be NOT NULL, and these rows have NULL", "query": "SELECT pg_catalog.format(''id=%s'', id) FROM public.places WHERE n IS NULL LIMIT 20", "start": 0, "table": {"name": "places", "schema": "public"}}}, {"id": "expand.2", "sql": ["ALTER TABLE public.places ADD CONSTRAINT places_positive CHECK (n >= 0) NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.places DROP CONSTRAINT IF EXISTS places_positive"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "add constraint places_positive to public.places, for new rows", "violations": {"end": 112, "rule": "these rows violate check `places_positive`", "query": "SELECT pg_catalog.format(''id=%s'', id) FROM public.places WHERE NOT (n >= 0) LIMIT 20", "start": 48, "table": {"name": "places", "schema": "public"}}}, {"id": "expand.3", "sql": ["CREATE UNIQUE INDEX CONCURRENTLY places_code ON public.places (code)"], "mode": {"alone": {"done_when": {"index_valid": {"name": "places_code", "schema": "public"}}}}, "undo": ["DROP INDEX CONCURRENTLY IF EXISTS public.places_code"], "work": "index_build", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "build unique index places_code on public.places", "violations": {"end": 173, "rule": "`code` is to be unique, and these values occur more than once", "query": "SELECT pg_catalog.format(''(%s) %s times'', code, pg_catalog.count(*)) FROM public.places WHERE (code) IS NOT NULL AND true GROUP BY code HAVING pg_catalog.count(*) > 1 LIMIT 20", "start": 114, "table": {"name": "places", "schema": "public"}}}, {"id": "expand.4", "sql": ["ALTER TABLE public.places ADD CONSTRAINT places_quiet FOREIGN KEY (quiet_id) REFERENCES public.quiet (id) NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.places DROP CONSTRAINT IF EXISTS places_quiet"], "work": "catalog", "locks": [{"mode": "SHARE ROW EXCLUSIVE", "table": {"name": "quiet", "schema": "public"}}, {"mode": "SHARE ROW EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "add constraint places_quiet to public.places, for new rows", "violations": {"end": 266, "rule": "these rows refer to nothing in `public.quiet`", "query": "SELECT pg_catalog.format(''id=%s'', id) FROM public.places AS child WHERE child.quiet_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.quiet AS parent WHERE parent.id = child.quiet_id) LIMIT 20", "start": 175, "table": {"name": "places", "schema": "public"}}}, {"id": "expand.5", "sql": ["CREATE INDEX CONCURRENTLY places_n ON public.places (n)"], "mode": {"alone": {"done_when": {"index_valid": {"name": "places_n", "schema": "public"}}}}, "undo": ["DROP INDEX CONCURRENTLY IF EXISTS public.places_n"], "work": "index_build", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "build index places_n on public.places"}], "finish": [{"id": "backfill.1", "sql": ["ALTER TABLE public.places VALIDATE CONSTRAINT _midflight_n_not_null"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "validate _midflight_n_not_null on public.places"}, {"id": "backfill.2", "sql": ["ALTER TABLE public.places VALIDATE CONSTRAINT places_positive"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "validate places_positive on public.places"}, {"id": "backfill.3", "sql": ["ALTER TABLE public.places ADD CONSTRAINT places_code UNIQUE USING INDEX places_code"], "mode": "transaction", "undo": ["ALTER TABLE public.places DROP CONSTRAINT IF EXISTS places_code"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "make index places_code the constraint places_code of public.places"}, {"id": "backfill.4", "sql": ["ALTER TABLE public.places VALIDATE CONSTRAINT places_quiet"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "validate places_quiet on public.places"}], "trials": [], "carries": [], "touches": [{"table": {"name": "places", "schema": "public"}, "column": "n"}, {"table": {"name": "places", "schema": "public"}, "column": null}, {"table": {"name": "places", "schema": "public"}, "column": null}, {"table": {"name": "places", "schema": "public"}, "column": null}, {"table": {"name": "places", "schema": "public"}, "column": null}], "version": 1, "backfill": [], "contract": [{"id": "contract.1", "sql": ["ALTER TABLE public.places ALTER COLUMN n SET NOT NULL", "ALTER TABLE public.places DROP CONSTRAINT IF EXISTS _midflight_n_not_null"], "mode": "transaction", "undo": [], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "places", "schema": "public"}}], "summary": "set public.places.n NOT NULL, which the validated check proves"}, {"id": "contract.2", "sql": ["DROP INDEX CONCURRENTLY IF EXISTS public.places_old"], "mode": {"alone": {"done_when": {"index_gone": {"name": "places_old", "schema": "public"}}}}, "undo": [], "work": "catalog", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "places_old", "schema": "public"}}], "summary": "drop index public.places_old"}], "counters": [], "triggers": [], "migration": "06_in_place", "relies_on": {"tables": [{"name": "places", "schema": "public"}], "columns": [{"goes": false, "table": {"name": "places", "schema": "public"}, "column": "n", "followed": false}], "indexes": [{"name": "places_code", "schema": "public"}, {"name": "places_n", "schema": "public"}], "functions": [], "constraints": [{"name": "places_positive", "table": {"name": "places", "schema": "public"}}, {"name": "places_code", "table": {"name": "places", "schema": "public"}}, {"name": "places_quiet", "table": {"name": "places", "schema": "public"}}]}}', '1', NULL, '2026-11-30 08:40:46.537091+00', '2026-11-30 08:40:46.554895+00', NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"tables": {"table public.places": 38463}, "hanging": {}, "objects": {"table public.places": {}, "index public.places_n": {"valid": true, "definition": "CREATE INDEX places_n ON public.places USING btree (n)"}, "column public.places.n": {"type": "bigint", "NOT NULL": false}, "index public.places_code": {"valid": true, "definition": "CREATE UNIQUE INDEX places_code ON public.places USING btree (code)"}, "constraint places_quiet of public.places": {"valid": false, "definition": "FOREIGN KEY (quiet_id) REFERENCES public.quiet(id)"}, "constraint places_positive of public.places": {"valid": false, "definition": "CHECK ((n >= 0))"}}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}'),
	('07_own', '5460b8294929ec0961d9ced9ed40a25c17983ba24e44213426b837fa04673856', 'backfilling', '{"notes": [], "expand": [{"id": "expand.1", "sql": ["ALTER TABLE own ADD COLUMN checked boolean DEFAULT false"], "mode": "transaction", "undo": ["ALTER TABLE own DROP COLUMN checked"], "work": "unknown", "locks": [], "summary": "your SQL"}], "finish": [], "trials": [], "carries": [], "touches": [], "version": 1, "backfill": [], "contract": [{"id": "contract.1", "sql": ["ALTER TABLE own ALTER COLUMN checked SET DEFAULT true"], "mode": "transaction", "undo": [], "work": "unknown", "locks": [], "summary": "your SQL"}], "counters": [], "triggers": [], "migration": "07_own", "relies_on": {"tables": [], "columns": [], "indexes": [], "functions": [], "constraints": []}}', '1', NULL, '2026-11-30 08:40:47.146571+00', '2026-11-30 08:40:47.38901+00', NULL, '2026-11-30 08:40:56.594954+00', NULL, NULL, NULL, NULL, '{}', '{"tables": {}, "hanging": {}, "objects": {}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}'),
	('08_rename_table', '5233958cce25f982e1ceb9b7b9fd5a538a311205f19832eb5516b6e2a790842a', 'backfilling', '{"notes": ["until contract public.products is a view: COPY, TRUNCATE, REFERENCES, ON CONFLICT ON CONSTRAINT and, before PostgreSQL 17, MERGE need the name public.goods"], "expand": [{"id": "expand.1", "sql": ["CREATE VIEW public.products WITH (security_invoker = true) AS SELECT id, n, seen FROM public.goods", "ALTER VIEW public.products OWNER TO postgres"], "mode": "transaction", "undo": ["DROP VIEW IF EXISTS public.products"], "work": "catalog", "locks": [], "summary": "let public.products be a view of public.goods, for the new release"}], "finish": [], "trials": [], "carries": [], "touches": [{"table": {"name": "goods", "schema": "public"}, "column": null}, {"table": {"name": "products", "schema": "public"}, "column": null}], "version": 1, "backfill": [], "contract": [{"id": "contract.1", "sql": ["DROP VIEW public.products", "ALTER TABLE public.goods RENAME TO products"], "mode": "transaction", "undo": [], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "goods", "schema": "public"}}], "summary": "rename public.goods to public.products"}], "counters": [], "triggers": [], "migration": "08_rename_table", "relies_on": {"tables": [{"name": "goods", "schema": "public"}, {"name": "products", "schema": "public"}], "columns": [], "indexes": [], "functions": [], "constraints": []}}', '1', NULL, '2026-11-30 08:40:47.843706+00', '2026-11-30 08:40:47.85667+00', NULL, '2026-11-30 08:40:57.589687+00', NULL, NULL, NULL, NULL, '{}', '{"tables": {"table public.goods": 38479, "view public.products": 38673}, "hanging": {}, "objects": {"table public.goods": {}, "view public.products": {}}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}'),
	('02_type', 'b9fc97e3dc31be0f1ee60fe13826de8c7a20592c453ae8f8b6dfc96a4c890738', 'backfilling', '{"notes": ["contract gives public.amounts.amount its new type under the running release: a prepared statement that returns the column bare fails from then on (`cached plan must not change result type`) unless its driver prepares it again. Have the new release select `amount::bigint`, or let it reconnect after contract", "expand adds columns to public.amounts: a prepared `SELECT *` or `RETURNING *` on it fails from then on (`cached plan must not change result type`) unless its driver prepares it again; naming the columns avoids it"], "expand": [{"id": "expand.1", "sql": ["CREATE FUNCTION midflight.amounts_668478dd_old0_changed(before_0 integer, after_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0\n); END", "GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_old0_changed(integer, integer) TO PUBLIC", "CREATE FUNCTION midflight.amounts_668478dd_new0_changed(before_0 bigint, after_0 bigint) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0\n); END", "GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_new0_changed(bigint, bigint) TO PUBLIC", "CREATE FUNCTION midflight.amounts_668478dd_old0_default(value_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT ((value_0 IS NULL OR NOT (value_0 IS DISTINCT FROM (0)::integer))\n); END", "GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_old0_default(integer) TO PUBLIC", "CREATE FUNCTION midflight.amounts_668478dd_up0_0(amount integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT (amount\n); END", "GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_up0_0(integer) TO PUBLIC", "CREATE FUNCTION midflight.amounts_668478dd_down0_0(amount bigint) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (amount\n); END", "GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_down0_0(bigint) TO PUBLIC", "CREATE FUNCTION midflight.amounts_668478dd_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nBEGIN\n  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN\n    IF midflight.amounts_668478dd_old0_changed(OLD.amount, NEW.amount) THEN\n      IF NOT midflight.amounts_668478dd_new0_changed(OLD._midflight_amount, NEW._midflight_amount) THEN\n        NEW._midflight_amount := midflight.amounts_668478dd_up0_0(NEW.amount);\n      END IF;\n    ELSIF midflight.amounts_668478dd_new0_changed(OLD._midflight_amount, NEW._midflight_amount) THEN\n      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL\n         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN\n        NEW.amount := midflight.amounts_668478dd_down0_0(NEW._midflight_amount);\n      END IF;\n    END IF;\n  ELSE\n    IF NEW._midflight_amount IS NULL THEN\n      NEW._midflight_amount := midflight.amounts_668478dd_up0_0(NEW.amount);\n    ELSIF midflight.amounts_668478dd_old0_default(NEW.amount) THEN\n      NEW.amount := midflight.amounts_668478dd_down0_0(NEW._midflight_amount);\n    END IF;\n  END IF;\n  RETURN NEW;\nEND\n$midflight$", "ALTER TABLE public.amounts ADD COLUMN _midflight_amount bigint", "COMMENT ON COLUMN public.amounts._midflight_amount IS ''in cents''", "CREATE TRIGGER zzzz_midflight_amounts_668478dd BEFORE INSERT OR UPDATE OF amount ON public.amounts FOR EACH ROW EXECUTE FUNCTION midflight.amounts_668478dd_sync()", "ALTER TABLE public.amounts ENABLE ALWAYS TRIGGER zzzz_midflight_amounts_668478dd", "CREATE TRIGGER zzzz_midflight_amounts_668478dd_back BEFORE UPDATE OF _midflight_amount ON public.amounts FOR EACH ROW WHEN (pg_catalog.current_setting(''midflight.backfill'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION midflight.amounts_668478dd_sync()", "ALTER TABLE public.amounts ENABLE ALWAYS TRIGGER zzzz_midflight_amounts_668478dd_back"], "mode": "transaction", "undo": ["DROP TRIGGER IF EXISTS zzzz_midflight_amounts_668478dd ON public.amounts", "DROP TRIGGER IF EXISTS zzzz_midflight_amounts_668478dd_back ON public.amounts", "ALTER TABLE public.amounts DROP COLUMN IF EXISTS _midflight_amount", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_sync()", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_old0_changed(integer, integer)", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_new0_changed(bigint, bigint)", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_old0_default(integer)", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_up0_0(integer)", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_down0_0(bigint)"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "add _midflight_amount to public.amounts with the trigger that keeps both sides in step"}], "finish": [{"id": "backfill.1", "sql": ["ALTER TABLE public.amounts ADD CONSTRAINT _midflight__midflight_amount_not_null CHECK (_midflight_amount IS NOT NULL) NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.amounts DROP CONSTRAINT IF EXISTS _midflight__midflight_amount_not_null"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "require public.amounts._midflight_amount in new rows"}, {"id": "backfill.2", "sql": ["ALTER TABLE public.amounts VALIDATE CONSTRAINT _midflight__midflight_amount_not_null"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "validate _midflight__midflight_amount_not_null on public.amounts"}, {"id": "backfill.3", "sql": ["ALTER TABLE public.amounts ALTER COLUMN _midflight_amount SET NOT NULL", "ALTER TABLE public.amounts DROP CONSTRAINT _midflight__midflight_amount_not_null"], "mode": "transaction", "undo": ["ALTER TABLE public.amounts ALTER COLUMN _midflight_amount DROP NOT NULL"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "set public.amounts._midflight_amount NOT NULL, which the validated check proves"}, {"id": "backfill.4", "sql": ["CREATE INDEX CONCURRENTLY _midflight_amounts_amount ON public.amounts USING btree (_midflight_amount) WHERE (_midflight_amount > 10)"], "mode": {"alone": {"done_when": {"index_valid": {"name": "_midflight_amounts_amount", "schema": "public"}}}}, "undo": ["DROP INDEX CONCURRENTLY IF EXISTS public._midflight_amounts_amount"], "work": "index_build", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "build the copy of index amounts_amount"}, {"id": "backfill.5", "sql": ["ALTER TABLE public.amounts ADD CONSTRAINT _midflight_amounts_amount_check CHECK ((_midflight_amount >= 0)) NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.amounts DROP CONSTRAINT IF EXISTS _midflight_amounts_amount_check"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "add the copy of constraint amounts_amount_check, not valid yet"}, {"id": "backfill.6", "sql": ["ALTER TABLE public.amounts VALIDATE CONSTRAINT _midflight_amounts_amount_check"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "validate _midflight_amounts_amount_check on public.amounts"}, {"id": "backfill.7", "sql": ["ANALYZE public.amounts"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "gather statistics of the new columns of public.amounts"}], "trials": [{"end": 51, "sql": "CREATE FUNCTION pg_temp.midflight_value_0() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT (0\n); END", "what": "the default of column `amount` as bigint", "start": 0, "offset": 93, "expression": ""}, {"end": 51, "sql": "CREATE FUNCTION pg_temp.amounts_668478dd_up0_0(amount integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT (amount\n); END", "what": "the cast of column `amount` to bigint", "start": 0, "offset": 112, "expression": ""}, {"end": 51, "sql": "CREATE FUNCTION pg_temp.amounts_668478dd_down0_0(amount bigint) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (amount\n); END", "what": "the cast of column `amount` to integer", "start": 0, "offset": 114, "expression": ""}], "carries": [{"table": {"name": "amounts", "schema": "public"}, "column": "amount"}, {"table": {"name": "amounts", "schema": "public"}, "column": "amount"}], "touches": [{"table": {"name": "amounts", "schema": "public"}, "column": "amount"}, {"table": {"name": "amounts", "schema": "public"}, "column": "amount"}], "version": 1, "backfill": [{"key": "pg_catalog.format(''id=%s'', id)", "rows": 81, "bytes": 8192, "probe": ["pg_temp.amounts_668478dd_up0_0(amount)"], "table": {"name": "amounts", "schema": "public"}, "wrong": "_midflight_amount IS DISTINCT FROM midflight.amounts_668478dd_up0_0(amount)", "columns": ["_midflight_amount"], "pending": "(_midflight_amount IS NULL AND (midflight.amounts_668478dd_up0_0(amount) IS NOT NULL))", "rejected": "pg_temp.amounts_668478dd_up0_0(amount) IS NULL", "assignments": "_midflight_amount = midflight.amounts_668478dd_up0_0(amount)", "index_bytes": 32768}], "contract": [{"id": "contract.1", "sql": ["DROP TRIGGER IF EXISTS zzzz_midflight_amounts_668478dd ON public.amounts", "DROP TRIGGER IF EXISTS zzzz_midflight_amounts_668478dd_back ON public.amounts", "ALTER TABLE public.amounts DROP COLUMN amount", "ALTER TABLE public.amounts RENAME COLUMN _midflight_amount TO amount", "ALTER TABLE public.amounts ALTER COLUMN amount SET DEFAULT 0", "ALTER INDEX public._midflight_amounts_amount RENAME TO amounts_amount", "ALTER TABLE public.amounts_amount RENAME COLUMN _midflight_amount TO amount", "ALTER TABLE public.amounts RENAME CONSTRAINT _midflight_amounts_amount_check TO amounts_amount_check", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_sync()", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_old0_changed(integer, integer)", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_new0_changed(bigint, bigint)", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_old0_default(integer)", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_up0_0(integer)", "DROP FUNCTION IF EXISTS midflight.amounts_668478dd_down0_0(bigint)"], "mode": "transaction", "undo": [], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "amounts", "schema": "public"}}], "summary": "drop the old public.amounts.amount; _midflight_amount takes the name; name the copies of indexes and constraints of public.amounts"}], "counters": [], "triggers": [{"name": "zzzz_midflight_amounts_668478dd", "table": {"name": "amounts", "schema": "public"}}, {"name": "zzzz_midflight_amounts_668478dd_back", "table": {"name": "amounts", "schema": "public"}}], "migration": "02_type", "relies_on": {"tables": [{"name": "amounts", "schema": "public"}], "columns": [{"goes": true, "table": {"name": "amounts", "schema": "public"}, "column": "amount", "followed": true}, {"goes": false, "table": {"name": "amounts", "schema": "public"}, "column": "_midflight_amount", "followed": true}], "indexes": [{"name": "_midflight_amounts_amount", "schema": "public"}], "functions": ["amounts_668478dd_"], "constraints": []}}', '1', NULL, '2026-11-30 08:40:44.331719+00', '2026-11-30 08:40:44.340789+00', NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"tables": {"table public.amounts": 38428}, "hanging": {"index public.amounts_amount": "public.amounts.amount", "table constraint amounts_amount_check on public.amounts": "public.amounts.amount", "trigger zzzz_midflight_amounts_668478dd on public.amounts": "public.amounts.amount"}, "objects": {"table public.amounts": {}, "index public.amounts_amount": {"valid": true, "definition": "CREATE INDEX amounts_amount ON public.amounts USING btree (amount) WHERE (amount > 10)"}, "column public.amounts.amount": {"type": "integer", "default": "0", "NOT NULL": true}, "column public.amounts._midflight_amount": {"type": "bigint", "NOT NULL": false}, "function midflight.amounts_668478dd_sync()": {"digest": "e9523eaccc2ec0aa"}, "constraint amounts_amount_check of public.amounts": {"valid": true, "definition": "CHECK ((amount >= 0))"}, "function midflight.amounts_668478dd_up0_0(integer)": {"digest": "e3b639dbf767aa3c"}, "function midflight.amounts_668478dd_down0_0(bigint)": {"digest": "76927658a0f04f19"}, "function midflight.amounts_668478dd_old0_default(integer)": {"digest": "f83d2e0958925590"}, "trigger zzzz_midflight_amounts_668478dd of public.amounts": {"firing": "always", "definition": "CREATE TRIGGER zzzz_midflight_amounts_668478dd BEFORE INSERT OR UPDATE OF amount ON public.amounts FOR EACH ROW EXECUTE FUNCTION midflight.amounts_668478dd_sync()"}, "trigger zzzz_midflight_amounts_668478dd_back of public.amounts": {"firing": "always", "definition": "CREATE TRIGGER zzzz_midflight_amounts_668478dd_back BEFORE UPDATE OF _midflight_amount ON public.amounts FOR EACH ROW WHEN ((current_setting(''midflight.backfill''::text, true) IS DISTINCT FROM ''on''::text)) EXECUTE FUNCTION midflight.amounts_668478dd_sync()"}, "function midflight.amounts_668478dd_new0_changed(bigint,bigint)": {"digest": "59188c749f01493a"}, "function midflight.amounts_668478dd_old0_changed(integer,integer)": {"digest": "056f31441688e0b0"}}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}'),
	('04_split', '3e0b3111151603440171f6f1bb63ebada94e3f6371a211e689088652710a35bb', 'backfilling', '{"notes": ["expand adds columns to public.people: a prepared `SELECT *` or `RETURNING *` on it fails from then on (`cached plan must not change result type`) unless its driver prepares it again; naming the columns avoids it"], "expand": [{"id": "expand.1", "sql": ["CREATE SEQUENCE midflight.people_1ac59e17_old_writes", "GRANT USAGE ON SEQUENCE midflight.people_1ac59e17_old_writes TO PUBLIC", "CREATE FUNCTION midflight.people_1ac59e17_old0_changed(before_0 text, after_0 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0\n); END", "GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_old0_changed(text, text) TO PUBLIC", "CREATE FUNCTION midflight.people_1ac59e17_new0_changed(before_0 text, after_0 text, before_1 integer, after_1 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0 OR before_1 IS DISTINCT FROM after_1\n); END", "GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_new0_changed(text, text, integer, integer) TO PUBLIC", "CREATE FUNCTION midflight.people_1ac59e17_old0_default(value_0 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (value_0 IS NULL\n); END", "GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_old0_default(text) TO PUBLIC", "CREATE FUNCTION midflight.people_1ac59e17_up0_0(name text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (split_part(name, '' '', 1)\n); END", "GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_up0_0(text) TO PUBLIC", "CREATE FUNCTION midflight.people_1ac59e17_up0_1(name text) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (split_part(name, '' '', 2)::integer\n); END", "GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_up0_1(text) TO PUBLIC", "CREATE FUNCTION midflight.people_1ac59e17_down0_0(first_name text, number integer) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (concat_ws('' '', first_name, number)\n); END", "GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_down0_0(text, integer) TO PUBLIC", "CREATE FUNCTION midflight.people_1ac59e17_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nBEGIN\n  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN\n    IF midflight.people_1ac59e17_old0_changed(OLD.name, NEW.name) THEN\n      IF NOT midflight.people_1ac59e17_new0_changed(OLD.first_name, NEW.first_name, OLD.number, NEW.number) THEN\n        BEGIN\n        NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);\n        NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);\n        EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN\n          NEW.first_name := NULL;\n          NEW.number := NULL;\n        END;\n        PERFORM pg_catalog.nextval(''midflight.people_1ac59e17_old_writes''::pg_catalog.regclass);\n      END IF;\n    ELSIF midflight.people_1ac59e17_new0_changed(OLD.first_name, NEW.first_name, OLD.number, NEW.number) THEN\n      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL\n         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN\n        IF OLD.first_name IS NULL AND OLD.number IS NULL THEN\n          BEGIN\n          IF NEW.first_name IS NULL THEN\n            NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);\n          END IF;\n          IF NEW.number IS NULL THEN\n            NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);\n          END IF;\n          EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN NULL;\n          END;\n        END IF;\n        NEW.name := midflight.people_1ac59e17_down0_0(NEW.first_name, NEW.number);\n      END IF;\n    END IF;\n  ELSE\n    IF NEW.first_name IS NULL AND NEW.number IS NULL THEN\n      BEGIN\n      NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);\n      NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);\n      EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN\n        NEW.first_name := NULL;\n        NEW.number := NULL;\n      END;\n      PERFORM pg_catalog.nextval(''midflight.people_1ac59e17_old_writes''::pg_catalog.regclass);\n    ELSIF midflight.people_1ac59e17_old0_default(NEW.name) THEN\n      NEW.name := midflight.people_1ac59e17_down0_0(NEW.first_name, NEW.number);\n    END IF;\n  END IF;\n  RETURN NEW;\nEND\n$midflight$", "ALTER TABLE public.people ADD COLUMN first_name text, ADD COLUMN number integer", "CREATE TRIGGER zzzz_midflight_people_1ac59e17 BEFORE INSERT OR UPDATE OF name, first_name, number ON public.people FOR EACH ROW EXECUTE FUNCTION midflight.people_1ac59e17_sync()", "ALTER TABLE public.people ENABLE ALWAYS TRIGGER zzzz_midflight_people_1ac59e17"], "mode": "transaction", "undo": ["DROP TRIGGER IF EXISTS zzzz_midflight_people_1ac59e17 ON public.people", "ALTER TABLE public.people DROP COLUMN IF EXISTS first_name, DROP COLUMN IF EXISTS number", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_sync()", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_old0_changed(text, text)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_new0_changed(text, text, integer, integer)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_old0_default(text)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_up0_0(text)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_up0_1(text)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_down0_0(text, integer)", "DROP SEQUENCE IF EXISTS midflight.people_1ac59e17_old_writes"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "people", "schema": "public"}}], "summary": "add first_name, number to public.people with the trigger that keeps both sides in step"}], "finish": [{"id": "backfill.1", "sql": ["ALTER TABLE public.people ADD CONSTRAINT _midflight_first_name_not_null CHECK (first_name IS NOT NULL) NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.people DROP CONSTRAINT IF EXISTS _midflight_first_name_not_null"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "people", "schema": "public"}}], "summary": "require public.people.first_name in new rows"}, {"id": "backfill.2", "sql": ["ALTER TABLE public.people VALIDATE CONSTRAINT _midflight_first_name_not_null"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "people", "schema": "public"}}], "summary": "validate _midflight_first_name_not_null on public.people"}, {"id": "backfill.3", "sql": ["ALTER TABLE public.people ALTER COLUMN first_name SET NOT NULL", "ALTER TABLE public.people DROP CONSTRAINT _midflight_first_name_not_null"], "mode": "transaction", "undo": ["ALTER TABLE public.people ALTER COLUMN first_name DROP NOT NULL"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "people", "schema": "public"}}], "summary": "set public.people.first_name NOT NULL, which the validated check proves"}, {"id": "backfill.4", "sql": ["ANALYZE public.people"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "people", "schema": "public"}}], "summary": "gather statistics of the new columns of public.people"}], "trials": [{"end": 212, "sql": "CREATE FUNCTION pg_temp.people_1ac59e17_up0_0(name text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (split_part(name, '' '', 1)\n); END", "what": "`up` of column `first_name`", "start": 188, "offset": 104, "expression": "split_part(name, '' '', 1)"}, {"end": 257, "sql": "CREATE FUNCTION pg_temp.people_1ac59e17_up0_1(name text) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (split_part(name, '' '', 2)::integer\n); END", "what": "`up` of column `number`", "start": 224, "offset": 107, "expression": "split_part(name, '' '', 2)::integer"}, {"end": 314, "sql": "CREATE FUNCTION pg_temp.people_1ac59e17_down0_0(first_name text, number integer) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (concat_ws('' '', first_name, number)\n); END", "what": "`down` of column `name`", "start": 280, "offset": 128, "expression": "concat_ws('' '', first_name, number)"}], "carries": [], "touches": [{"table": {"name": "people", "schema": "public"}, "column": "first_name"}, {"table": {"name": "people", "schema": "public"}, "column": "number"}, {"table": {"name": "people", "schema": "public"}, "column": "name"}], "version": 1, "backfill": [{"key": "pg_catalog.format(''id=%s'', id)", "rows": 81, "bytes": 8192, "probe": ["pg_temp.people_1ac59e17_up0_0(name)", "pg_temp.people_1ac59e17_up0_1(name)"], "table": {"name": "people", "schema": "public"}, "wrong": "(first_name IS NULL AND number IS NULL AND (midflight.people_1ac59e17_up0_0(name) IS NOT NULL OR midflight.people_1ac59e17_up0_1(name) IS NOT NULL))", "columns": ["first_name", "number"], "pending": "(first_name IS NULL AND number IS NULL AND (midflight.people_1ac59e17_up0_0(name) IS NOT NULL OR midflight.people_1ac59e17_up0_1(name) IS NOT NULL))", "rejected": "pg_temp.people_1ac59e17_up0_0(name) IS NULL", "assignments": "first_name = midflight.people_1ac59e17_up0_0(name), number = midflight.people_1ac59e17_up0_1(name)", "index_bytes": 16384}], "contract": [{"id": "contract.1", "sql": ["DROP TRIGGER IF EXISTS zzzz_midflight_people_1ac59e17 ON public.people", "ALTER TABLE public.people DROP COLUMN name", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_sync()", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_old0_changed(text, text)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_new0_changed(text, text, integer, integer)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_old0_default(text)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_up0_0(text)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_up0_1(text)", "DROP FUNCTION IF EXISTS midflight.people_1ac59e17_down0_0(text, integer)", "DROP SEQUENCE IF EXISTS midflight.people_1ac59e17_old_writes"], "mode": "transaction", "undo": [], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "people", "schema": "public"}}], "summary": "drop public.people.name"}], "counters": ["midflight.people_1ac59e17_old_writes"], "triggers": [{"name": "zzzz_midflight_people_1ac59e17", "table": {"name": "people", "schema": "public"}}], "migration": "04_split", "relies_on": {"tables": [{"name": "people", "schema": "public"}], "columns": [{"goes": false, "table": {"name": "people", "schema": "public"}, "column": "first_name", "followed": true}, {"goes": false, "table": {"name": "people", "schema": "public"}, "column": "number", "followed": true}, {"goes": true, "table": {"name": "people", "schema": "public"}, "column": "name", "followed": false}], "indexes": [], "functions": ["people_1ac59e17_"], "constraints": []}}', '1', NULL, '2026-11-30 08:40:45.017776+00', '2026-11-30 08:40:45.18224+00', NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"tables": {"table public.people": 38445}, "hanging": {"trigger zzzz_midflight_people_1ac59e17 on public.people": "public.people.name"}, "objects": {"table public.people": {}, "column public.people.name": {"type": "text", "NOT NULL": true}, "column public.people.number": {"type": "integer", "NOT NULL": false}, "column public.people.first_name": {"type": "text", "NOT NULL": false}, "function midflight.people_1ac59e17_sync()": {"digest": "14767de26a01008f"}, "sequence midflight.people_1ac59e17_old_writes": {}, "function midflight.people_1ac59e17_up0_0(text)": {"digest": "e7fc0c61b26062f7"}, "function midflight.people_1ac59e17_up0_1(text)": {"digest": "6fbaa7a232109015"}, "function midflight.people_1ac59e17_old0_default(text)": {"digest": "5052a5574353f63e"}, "trigger zzzz_midflight_people_1ac59e17 of public.people": {"firing": "always", "definition": "CREATE TRIGGER zzzz_midflight_people_1ac59e17 BEFORE INSERT OR UPDATE OF name, first_name, number ON public.people FOR EACH ROW EXECUTE FUNCTION midflight.people_1ac59e17_sync()"}, "function midflight.people_1ac59e17_down0_0(text,integer)": {"digest": "39b11997d3b4f7e1"}, "function midflight.people_1ac59e17_old0_changed(text,text)": {"digest": "033c8af32fa0fa28"}, "function midflight.people_1ac59e17_new0_changed(text,text,integer,integer)": {"digest": "fc7ecd96b1ea9bf2"}}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}'),
	('05_fill', '3d731f0464b791970c3831015384d65513cc17c824b4cfdf0e9fceb25a73e7e9', 'backfilling', '{"notes": ["expand adds columns to public.mails: a prepared `SELECT *` or `RETURNING *` on it fails from then on (`cached plan must not change result type`) unless its driver prepares it again; naming the columns avoids it"], "expand": [{"id": "expand.1", "sql": ["CREATE FUNCTION midflight.mails_0804043a_old0_changed(before_0 bigint, after_0 bigint, before_1 text, after_1 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0 OR before_1 IS DISTINCT FROM after_1\n); END", "GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_old0_changed(bigint, bigint, text, text) TO PUBLIC", "CREATE FUNCTION midflight.mails_0804043a_new0_changed(before_0 text, after_0 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0\n); END", "GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_new0_changed(text, text) TO PUBLIC", "CREATE FUNCTION midflight.mails_0804043a_old0_default(value_0 bigint, value_1 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (value_0 IS NULL AND value_1 IS NULL\n); END", "GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_old0_default(bigint, text) TO PUBLIC", "CREATE FUNCTION midflight.mails_0804043a_up0_0(id bigint, email text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (coalesce(email, id || ''@example.com'')\n); END", "GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_up0_0(bigint, text) TO PUBLIC", "CREATE FUNCTION midflight.mails_0804043a_down0_0(email text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (email\n); END", "GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_down0_0(text) TO PUBLIC", "CREATE FUNCTION midflight.mails_0804043a_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nBEGIN\n  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN\n    IF midflight.mails_0804043a_old0_changed(OLD.id, NEW.id, OLD.email, NEW.email) THEN\n      IF NOT midflight.mails_0804043a_new0_changed(OLD._midflight_email, NEW._midflight_email) THEN\n        BEGIN\n        NEW._midflight_email := midflight.mails_0804043a_up0_0(NEW.id, NEW.email);\n        EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN\n          NEW._midflight_email := NULL;\n        END;\n      END IF;\n    ELSIF midflight.mails_0804043a_new0_changed(OLD._midflight_email, NEW._midflight_email) THEN\n      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL\n         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN\n        NEW.email := midflight.mails_0804043a_down0_0(NEW._midflight_email);\n      END IF;\n    END IF;\n  ELSE\n    IF NEW._midflight_email IS NULL THEN\n      BEGIN\n      NEW._midflight_email := midflight.mails_0804043a_up0_0(NEW.id, NEW.email);\n      EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN\n        NEW._midflight_email := NULL;\n      END;\n    ELSIF midflight.mails_0804043a_old0_default(NEW.id, NEW.email) THEN\n      NEW.email := midflight.mails_0804043a_down0_0(NEW._midflight_email);\n    END IF;\n  END IF;\n  RETURN NEW;\nEND\n$midflight$", "ALTER TABLE public.mails ADD COLUMN _midflight_email text", "CREATE TRIGGER zzzz_midflight_mails_0804043a BEFORE INSERT OR UPDATE OF id, email ON public.mails FOR EACH ROW EXECUTE FUNCTION midflight.mails_0804043a_sync()", "ALTER TABLE public.mails ENABLE ALWAYS TRIGGER zzzz_midflight_mails_0804043a", "CREATE TRIGGER zzzz_midflight_mails_0804043a_back BEFORE UPDATE OF _midflight_email ON public.mails FOR EACH ROW WHEN (pg_catalog.current_setting(''midflight.backfill'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION midflight.mails_0804043a_sync()", "ALTER TABLE public.mails ENABLE ALWAYS TRIGGER zzzz_midflight_mails_0804043a_back"], "mode": "transaction", "undo": ["DROP TRIGGER IF EXISTS zzzz_midflight_mails_0804043a ON public.mails", "DROP TRIGGER IF EXISTS zzzz_midflight_mails_0804043a_back ON public.mails", "ALTER TABLE public.mails DROP COLUMN IF EXISTS _midflight_email", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_sync()", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_old0_changed(bigint, bigint, text, text)", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_new0_changed(text, text)", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_old0_default(bigint, text)", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_up0_0(bigint, text)", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_down0_0(text)"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "mails", "schema": "public"}}], "summary": "add _midflight_email to public.mails with the trigger that keeps both sides in step"}], "finish": [{"id": "backfill.1", "sql": ["ALTER TABLE public.mails ADD CONSTRAINT _midflight__midflight_email_not_null CHECK (_midflight_email IS NOT NULL) NOT VALID"], "mode": "transaction", "undo": ["ALTER TABLE public.mails DROP CONSTRAINT IF EXISTS _midflight__midflight_email_not_null"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "mails", "schema": "public"}}], "summary": "require public.mails._midflight_email in new rows"}, {"id": "backfill.2", "sql": ["ALTER TABLE public.mails VALIDATE CONSTRAINT _midflight__midflight_email_not_null"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "mails", "schema": "public"}}], "summary": "validate _midflight__midflight_email_not_null on public.mails"}, {"id": "backfill.3", "sql": ["ALTER TABLE public.mails ALTER COLUMN _midflight_email SET NOT NULL", "ALTER TABLE public.mails DROP CONSTRAINT _midflight__midflight_email_not_null"], "mode": "transaction", "undo": ["ALTER TABLE public.mails ALTER COLUMN _midflight_email DROP NOT NULL"], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "mails", "schema": "public"}}], "summary": "set public.mails._midflight_email NOT NULL, which the validated check proves"}, {"id": "backfill.4", "sql": ["ANALYZE public.mails"], "mode": "transaction", "undo": [], "work": "scan", "locks": [{"mode": "SHARE UPDATE EXCLUSIVE", "table": {"name": "mails", "schema": "public"}}], "summary": "gather statistics of the new columns of public.mails"}], "trials": [{"end": 150, "sql": "CREATE FUNCTION pg_temp.mails_0804043a_up0_0(id bigint, email text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (coalesce(email, id || ''@example.com'')\n); END", "what": "`up` of column `email`", "start": 113, "offset": 115, "expression": "coalesce(email, id || ''@example.com'')"}, {"end": 152, "sql": "CREATE FUNCTION pg_temp.mails_0804043a_down0_0(email text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (email\n); END", "what": "the cast of column `email` to text", "start": 64, "offset": 106, "expression": ""}], "carries": [], "touches": [{"table": {"name": "mails", "schema": "public"}, "column": "legacy"}, {"table": {"name": "mails", "schema": "public"}, "column": "email"}, {"table": {"name": "mails", "schema": "public"}, "column": "email"}], "version": 1, "backfill": [{"key": "pg_catalog.format(''id=%s'', id)", "rows": 81, "bytes": 8192, "probe": ["pg_temp.mails_0804043a_up0_0(id, email)"], "table": {"name": "mails", "schema": "public"}, "wrong": "(_midflight_email IS NULL AND (midflight.mails_0804043a_up0_0(id, email) IS NOT NULL))", "columns": ["_midflight_email"], "pending": "(_midflight_email IS NULL AND (midflight.mails_0804043a_up0_0(id, email) IS NOT NULL))", "rejected": "pg_temp.mails_0804043a_up0_0(id, email) IS NULL", "assignments": "_midflight_email = midflight.mails_0804043a_up0_0(id, email)", "index_bytes": 32768}], "contract": [{"id": "contract.1", "sql": ["DROP TRIGGER IF EXISTS zzzz_midflight_mails_0804043a ON public.mails", "DROP TRIGGER IF EXISTS zzzz_midflight_mails_0804043a_back ON public.mails", "ALTER TABLE public.mails DROP COLUMN legacy", "ALTER TABLE public.mails DROP COLUMN email", "ALTER TABLE public.mails RENAME COLUMN _midflight_email TO email", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_sync()", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_old0_changed(bigint, bigint, text, text)", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_new0_changed(text, text)", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_old0_default(bigint, text)", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_up0_0(bigint, text)", "DROP FUNCTION IF EXISTS midflight.mails_0804043a_down0_0(text)"], "mode": "transaction", "undo": [], "work": "catalog", "locks": [{"mode": "ACCESS EXCLUSIVE", "table": {"name": "mails", "schema": "public"}}], "summary": "drop public.mails.legacy; drop the old public.mails.email; _midflight_email takes the name"}], "counters": [], "triggers": [{"name": "zzzz_midflight_mails_0804043a", "table": {"name": "mails", "schema": "public"}}, {"name": "zzzz_midflight_mails_0804043a_back", "table": {"name": "mails", "schema": "public"}}], "migration": "05_fill", "relies_on": {"tables": [{"name": "mails", "schema": "public"}], "columns": [{"goes": true, "table": {"name": "mails", "schema": "public"}, "column": "legacy", "followed": false}, {"goes": true, "table": {"name": "mails", "schema": "public"}, "column": "email", "followed": true}, {"goes": false, "table": {"name": "mails", "schema": "public"}, "column": "_midflight_email", "followed": true}], "indexes": [], "functions": ["mails_0804043a_"], "constraints": []}}', '1', NULL, '2026-11-30 08:40:45.658319+00', '2026-11-30 08:40:46.062417+00', NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{"tables": {"table public.mails": 38453}, "hanging": {"index public.mails_legacy": "public.mails.legacy", "trigger zzzz_midflight_mails_0804043a on public.mails": "public.mails.email"}, "objects": {"table public.mails": {}, "column public.mails.email": {"type": "text", "NOT NULL": false}, "column public.mails.legacy": {"type": "text", "default": "''x''::text", "NOT NULL": true}, "column public.mails._midflight_email": {"type": "text", "NOT NULL": false}, "function midflight.mails_0804043a_sync()": {"digest": "55abb08ae24b5bff"}, "function midflight.mails_0804043a_down0_0(text)": {"digest": "b721f9609b479fdf"}, "function midflight.mails_0804043a_up0_0(bigint,text)": {"digest": "197a231f0be5ae7c"}, "trigger zzzz_midflight_mails_0804043a of public.mails": {"firing": "always", "definition": "CREATE TRIGGER zzzz_midflight_mails_0804043a BEFORE INSERT OR UPDATE OF id, email ON public.mails FOR EACH ROW EXECUTE FUNCTION midflight.mails_0804043a_sync()"}, "function midflight.mails_0804043a_new0_changed(text,text)": {"digest": "de9f26eac6aa6f79"}, "trigger zzzz_midflight_mails_0804043a_back of public.mails": {"firing": "always", "definition": "CREATE TRIGGER zzzz_midflight_mails_0804043a_back BEFORE UPDATE OF _midflight_email ON public.mails FOR EACH ROW WHEN ((current_setting(''midflight.backfill''::text, true) IS DISTINCT FROM ''on''::text)) EXECUTE FUNCTION midflight.mails_0804043a_sync()"}, "function midflight.mails_0804043a_old0_default(bigint,text)": {"digest": "278cb0f6e04d62d5"}, "function midflight.mails_0804043a_old0_changed(bigint,bigint,text,text)": {"digest": "165c48e7a22ddab8"}}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}'),
	('09_tables', '6134c6020c848f4cd7e86cc1f9e813c4f117e6ce0b0e13e6564591eaad0f7f03', 'backfilling', '{"notes": [], "expand": [{"id": "expand.1", "sql": ["CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, quiet_id bigint REFERENCES quiet (id), note text)"], "mode": "transaction", "undo": ["DROP TABLE IF EXISTS public.tickets"], "work": "catalog", "locks": [{"mode": "SHARE ROW EXCLUSIVE", "table": {"name": "quiet", "schema": "public"}}], "summary": "create table public.tickets"}, {"id": "expand.2", "sql": ["CREATE TABLE replies (id bigint PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES tickets (id))"], "mode": "transaction", "undo": ["DROP TABLE IF EXISTS public.replies"], "work": "catalog", "locks": [{"mode": "SHARE ROW EXCLUSIVE", "table": {"name": "tickets", "schema": "public"}}], "summary": "create table public.replies"}, {"id": "expand.3", "sql": ["CREATE INDEX tickets_quiet_id ON public.tickets (quiet_id)"], "mode": "transaction", "undo": ["DROP INDEX IF EXISTS public.tickets_quiet_id"], "work": "catalog", "locks": [{"mode": "SHARE", "table": {"name": "tickets", "schema": "public"}}], "summary": "build index tickets_quiet_id on the new table public.tickets"}], "finish": [], "trials": [], "carries": [], "touches": [{"table": {"name": "tickets", "schema": "public"}, "column": null}, {"table": {"name": "tickets", "schema": "public"}, "column": null}, {"table": {"name": "replies", "schema": "public"}, "column": null}], "version": 1, "backfill": [], "contract": [], "counters": [], "triggers": [], "migration": "09_tables", "relies_on": {"tables": [{"name": "tickets", "schema": "public"}, {"name": "replies", "schema": "public"}], "columns": [], "indexes": [], "functions": [], "constraints": []}}', '1', NULL, '2026-11-30 08:40:48.197873+00', '2026-11-30 08:40:48.227062+00', NULL, '2026-11-30 08:40:58.754369+00', NULL, NULL, NULL, NULL, '{}', '{"tables": {"table public.replies": 38690, "table public.tickets": 38678}, "hanging": {}, "objects": {"table public.replies": {}, "table public.tickets": {}}, "database": {"oid": 38401, "name": "midflight_states", "system_identifier": "7713877708253624006"}, "server_major": 15}');



INSERT INTO midflight.steps VALUES
	('01_key', 'backfill', 1, 'backfill.1', 'ALTER TABLE public.accounts ADD CONSTRAINT _midflight__midflight_id_not_null CHECK (_midflight_id IS NOT NULL) NOT VALID', 'pending', 0, NULL, NULL, NULL),
	('01_key', 'backfill', 2, 'backfill.2', 'ALTER TABLE public.accounts VALIDATE CONSTRAINT _midflight__midflight_id_not_null', 'pending', 0, NULL, NULL, NULL),
	('01_key', 'backfill', 3, 'backfill.3', 'ALTER TABLE public.accounts ALTER COLUMN _midflight_id SET NOT NULL;
ALTER TABLE public.accounts DROP CONSTRAINT _midflight__midflight_id_not_null', 'pending', 0, NULL, NULL, NULL),
	('01_key', 'backfill', 4, 'backfill.4', 'CREATE UNIQUE INDEX CONCURRENTLY _midflight_accounts_pkey ON public.accounts USING btree (_midflight_id)', 'pending', 0, NULL, NULL, NULL),
	('01_key', 'backfill', 5, 'backfill.5', 'ALTER TABLE public.entries ADD CONSTRAINT _midflight_entries_account FOREIGN KEY (account_id) REFERENCES public.accounts(_midflight_id) ON DELETE CASCADE NOT VALID', 'pending', 0, NULL, NULL, NULL),
	('01_key', 'backfill', 6, 'backfill.6', 'ALTER TABLE public.entries VALIDATE CONSTRAINT _midflight_entries_account', 'pending', 0, NULL, NULL, NULL),
	('01_key', 'backfill', 7, 'backfill.7', 'ANALYZE public.accounts', 'pending', 0, NULL, NULL, NULL),
	('01_key', 'contract', 8, 'contract.1', 'DROP TRIGGER IF EXISTS zzzz_midflight_accounts_0b05192b ON public.accounts;
DROP TRIGGER IF EXISTS zzzz_midflight_accounts_0b05192b_back ON public.accounts;
ALTER TABLE public.entries DROP CONSTRAINT entries_account;
ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts._midflight_id;
ALTER TABLE public.accounts DROP COLUMN id;
ALTER TABLE public.accounts RENAME COLUMN _midflight_id TO id;
ALTER TABLE public.accounts ALTER COLUMN id SET DEFAULT nextval(''public.accounts_id_seq''::regclass);
ALTER TABLE public.accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY USING INDEX _midflight_accounts_pkey;
ALTER TABLE public.accounts_pkey RENAME COLUMN _midflight_id TO id;
ALTER TABLE public.entries RENAME CONSTRAINT _midflight_entries_account TO entries_account;
DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_sync();
DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_old0_changed(integer, integer);
DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_new0_changed(bigint, bigint);
DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_up0_0(integer);
DROP FUNCTION IF EXISTS midflight.accounts_0b05192b_down0_0(bigint)', 'pending', 0, NULL, NULL, NULL),
	('01_key', 'expand', 0, 'expand.1', 'CREATE FUNCTION midflight.accounts_0b05192b_old0_changed(before_0 integer, after_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0
); END;
GRANT EXECUTE ON FUNCTION midflight.accounts_0b05192b_old0_changed(integer, integer) TO PUBLIC;
CREATE FUNCTION midflight.accounts_0b05192b_new0_changed(before_0 bigint, after_0 bigint) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0
); END;
GRANT EXECUTE ON FUNCTION midflight.accounts_0b05192b_new0_changed(bigint, bigint) TO PUBLIC;
CREATE FUNCTION midflight.accounts_0b05192b_up0_0(id integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT (id
); END;
GRANT EXECUTE ON FUNCTION midflight.accounts_0b05192b_up0_0(integer) TO PUBLIC;
CREATE FUNCTION midflight.accounts_0b05192b_down0_0(id bigint) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (id
); END;
GRANT EXECUTE ON FUNCTION midflight.accounts_0b05192b_down0_0(bigint) TO PUBLIC;
CREATE FUNCTION midflight.accounts_0b05192b_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN
    IF midflight.accounts_0b05192b_old0_changed(OLD.id, NEW.id) THEN
      IF NOT midflight.accounts_0b05192b_new0_changed(OLD._midflight_id, NEW._midflight_id) THEN
        NEW._midflight_id := midflight.accounts_0b05192b_up0_0(NEW.id);
      END IF;
    ELSIF midflight.accounts_0b05192b_new0_changed(OLD._midflight_id, NEW._midflight_id) THEN
      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL
         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN
        NEW.id := midflight.accounts_0b05192b_down0_0(NEW._midflight_id);
      END IF;
    END IF;
  ELSE
    IF NEW._midflight_id IS NULL THEN
      NEW._midflight_id := midflight.accounts_0b05192b_up0_0(NEW.id);
    ELSE
      NEW.id := midflight.accounts_0b05192b_down0_0(NEW._midflight_id);
    END IF;
  END IF;
  RETURN NEW;
END
$midflight$;
ALTER TABLE public.accounts ADD COLUMN _midflight_id bigint;
CREATE TRIGGER zzzz_midflight_accounts_0b05192b BEFORE INSERT OR UPDATE OF id ON public.accounts FOR EACH ROW EXECUTE FUNCTION midflight.accounts_0b05192b_sync();
ALTER TABLE public.accounts ENABLE ALWAYS TRIGGER zzzz_midflight_accounts_0b05192b;
CREATE TRIGGER zzzz_midflight_accounts_0b05192b_back BEFORE UPDATE OF _midflight_id ON public.accounts FOR EACH ROW WHEN (pg_catalog.current_setting(''midflight.backfill'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION midflight.accounts_0b05192b_sync();
ALTER TABLE public.accounts ENABLE ALWAYS TRIGGER zzzz_midflight_accounts_0b05192b_back', 'done', 1, '2026-11-30 08:40:43.964985+00', '2026-11-30 08:40:43.96784+00', NULL),
	('02_type', 'backfill', 4, 'backfill.4', 'CREATE INDEX CONCURRENTLY _midflight_amounts_amount ON public.amounts USING btree (_midflight_amount) WHERE (_midflight_amount > 10)', 'pending', 0, NULL, NULL, NULL),
	('02_type', 'backfill', 5, 'backfill.5', 'ALTER TABLE public.amounts ADD CONSTRAINT _midflight_amounts_amount_check CHECK ((_midflight_amount >= 0)) NOT VALID', 'pending', 0, NULL, NULL, NULL),
	('02_type', 'backfill', 6, 'backfill.6', 'ALTER TABLE public.amounts VALIDATE CONSTRAINT _midflight_amounts_amount_check', 'pending', 0, NULL, NULL, NULL),
	('02_type', 'backfill', 7, 'backfill.7', 'ANALYZE public.amounts', 'pending', 0, NULL, NULL, NULL),
	('02_type', 'contract', 8, 'contract.1', 'DROP TRIGGER IF EXISTS zzzz_midflight_amounts_668478dd ON public.amounts;
DROP TRIGGER IF EXISTS zzzz_midflight_amounts_668478dd_back ON public.amounts;
ALTER TABLE public.amounts DROP COLUMN amount;
ALTER TABLE public.amounts RENAME COLUMN _midflight_amount TO amount;
ALTER TABLE public.amounts ALTER COLUMN amount SET DEFAULT 0;
ALTER INDEX public._midflight_amounts_amount RENAME TO amounts_amount;
ALTER TABLE public.amounts_amount RENAME COLUMN _midflight_amount TO amount;
ALTER TABLE public.amounts RENAME CONSTRAINT _midflight_amounts_amount_check TO amounts_amount_check;
DROP FUNCTION IF EXISTS midflight.amounts_668478dd_sync();
DROP FUNCTION IF EXISTS midflight.amounts_668478dd_old0_changed(integer, integer);
DROP FUNCTION IF EXISTS midflight.amounts_668478dd_new0_changed(bigint, bigint);
DROP FUNCTION IF EXISTS midflight.amounts_668478dd_old0_default(integer);
DROP FUNCTION IF EXISTS midflight.amounts_668478dd_up0_0(integer);
DROP FUNCTION IF EXISTS midflight.amounts_668478dd_down0_0(bigint)', 'pending', 0, NULL, NULL, NULL),
	('02_type', 'expand', 0, 'expand.1', 'CREATE FUNCTION midflight.amounts_668478dd_old0_changed(before_0 integer, after_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0
); END;
GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_old0_changed(integer, integer) TO PUBLIC;
CREATE FUNCTION midflight.amounts_668478dd_new0_changed(before_0 bigint, after_0 bigint) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0
); END;
GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_new0_changed(bigint, bigint) TO PUBLIC;
CREATE FUNCTION midflight.amounts_668478dd_old0_default(value_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT ((value_0 IS NULL OR NOT (value_0 IS DISTINCT FROM (0)::integer))
); END;
GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_old0_default(integer) TO PUBLIC;
CREATE FUNCTION midflight.amounts_668478dd_up0_0(amount integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT (amount
); END;
GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_up0_0(integer) TO PUBLIC;
CREATE FUNCTION midflight.amounts_668478dd_down0_0(amount bigint) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (amount
); END;
GRANT EXECUTE ON FUNCTION midflight.amounts_668478dd_down0_0(bigint) TO PUBLIC;
CREATE FUNCTION midflight.amounts_668478dd_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN
    IF midflight.amounts_668478dd_old0_changed(OLD.amount, NEW.amount) THEN
      IF NOT midflight.amounts_668478dd_new0_changed(OLD._midflight_amount, NEW._midflight_amount) THEN
        NEW._midflight_amount := midflight.amounts_668478dd_up0_0(NEW.amount);
      END IF;
    ELSIF midflight.amounts_668478dd_new0_changed(OLD._midflight_amount, NEW._midflight_amount) THEN
      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL
         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN
        NEW.amount := midflight.amounts_668478dd_down0_0(NEW._midflight_amount);
      END IF;
    END IF;
  ELSE
    IF NEW._midflight_amount IS NULL THEN
      NEW._midflight_amount := midflight.amounts_668478dd_up0_0(NEW.amount);
    ELSIF midflight.amounts_668478dd_old0_default(NEW.amount) THEN
      NEW.amount := midflight.amounts_668478dd_down0_0(NEW._midflight_amount);
    END IF;
  END IF;
  RETURN NEW;
END
$midflight$;
ALTER TABLE public.amounts ADD COLUMN _midflight_amount bigint;
COMMENT ON COLUMN public.amounts._midflight_amount IS ''in cents'';
CREATE TRIGGER zzzz_midflight_amounts_668478dd BEFORE INSERT OR UPDATE OF amount ON public.amounts FOR EACH ROW EXECUTE FUNCTION midflight.amounts_668478dd_sync();
ALTER TABLE public.amounts ENABLE ALWAYS TRIGGER zzzz_midflight_amounts_668478dd;
CREATE TRIGGER zzzz_midflight_amounts_668478dd_back BEFORE UPDATE OF _midflight_amount ON public.amounts FOR EACH ROW WHEN (pg_catalog.current_setting(''midflight.backfill'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION midflight.amounts_668478dd_sync();
ALTER TABLE public.amounts ENABLE ALWAYS TRIGGER zzzz_midflight_amounts_668478dd_back', 'done', 1, '2026-11-30 08:40:44.337679+00', '2026-11-30 08:40:44.340156+00', NULL),
	('05_fill', 'backfill', 2, 'backfill.2', 'ALTER TABLE public.mails VALIDATE CONSTRAINT _midflight__midflight_email_not_null', 'pending', 0, NULL, NULL, NULL),
	('05_fill', 'backfill', 3, 'backfill.3', 'ALTER TABLE public.mails ALTER COLUMN _midflight_email SET NOT NULL;
ALTER TABLE public.mails DROP CONSTRAINT _midflight__midflight_email_not_null', 'pending', 0, NULL, NULL, NULL),
	('02_type', 'backfill', 1, 'backfill.1', 'ALTER TABLE public.amounts ADD CONSTRAINT _midflight__midflight_amount_not_null CHECK (_midflight_amount IS NOT NULL) NOT VALID', 'done', 1, '2026-11-30 08:40:51.838873+00', '2026-11-30 08:40:51.839618+00', NULL),
	('02_type', 'backfill', 2, 'backfill.2', 'ALTER TABLE public.amounts VALIDATE CONSTRAINT _midflight__midflight_amount_not_null', 'done', 1, '2026-11-30 08:40:51.841706+00', '2026-11-30 08:40:51.844992+00', NULL),
	('02_type', 'backfill', 3, 'backfill.3', 'ALTER TABLE public.amounts ALTER COLUMN _midflight_amount SET NOT NULL;
ALTER TABLE public.amounts DROP CONSTRAINT _midflight__midflight_amount_not_null', 'done', 1, '2026-11-30 08:40:51.851355+00', '2026-11-30 08:40:51.857051+00', NULL),
	('03_rename', 'backfill', 2, 'backfill.2', 'ANALYZE public."Totals"', 'pending', 0, NULL, NULL, NULL),
	('03_rename', 'contract', 3, 'contract.1', 'DROP TRIGGER IF EXISTS zzzz_midflight_totals_b68ed602 ON public."Totals";
ALTER TABLE public."Totals" DROP COLUMN "Total";
ALTER TABLE public."Totals" RENAME COLUMN "Amount" TO "Total";
DROP FUNCTION IF EXISTS midflight.totals_b68ed602_sync();
DROP FUNCTION IF EXISTS midflight.totals_b68ed602_old0_changed(integer, integer);
DROP FUNCTION IF EXISTS midflight.totals_b68ed602_new0_changed(integer, integer);
DROP FUNCTION IF EXISTS midflight.totals_b68ed602_old0_default(integer);
DROP FUNCTION IF EXISTS midflight.totals_b68ed602_up0_0(integer);
DROP FUNCTION IF EXISTS midflight.totals_b68ed602_down0_0(integer);
DROP SEQUENCE IF EXISTS midflight.totals_b68ed602_old_writes', 'pending', 0, NULL, NULL, NULL),
	('03_rename', 'expand', 0, 'expand.1', 'CREATE SEQUENCE midflight.totals_b68ed602_old_writes;
GRANT USAGE ON SEQUENCE midflight.totals_b68ed602_old_writes TO PUBLIC;
CREATE FUNCTION midflight.totals_b68ed602_old0_changed(before_0 integer, after_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0
); END;
GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_old0_changed(integer, integer) TO PUBLIC;
CREATE FUNCTION midflight.totals_b68ed602_new0_changed(before_0 integer, after_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0
); END;
GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_new0_changed(integer, integer) TO PUBLIC;
CREATE FUNCTION midflight.totals_b68ed602_old0_default(value_0 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT ((value_0 IS NULL OR NOT (value_0 IS DISTINCT FROM (0)::integer))
); END;
GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_old0_default(integer) TO PUBLIC;
CREATE FUNCTION midflight.totals_b68ed602_up0_0("Amount" integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT ("Amount"
); END;
GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_up0_0(integer) TO PUBLIC;
CREATE FUNCTION midflight.totals_b68ed602_down0_0("Total" integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT ("Total"
); END;
GRANT EXECUTE ON FUNCTION midflight.totals_b68ed602_down0_0(integer) TO PUBLIC;
CREATE FUNCTION midflight.totals_b68ed602_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN
    IF midflight.totals_b68ed602_old0_changed(OLD."Amount", NEW."Amount") THEN
      IF NOT midflight.totals_b68ed602_new0_changed(OLD."Total", NEW."Total") THEN
        NEW."Total" := midflight.totals_b68ed602_up0_0(NEW."Amount");
        PERFORM pg_catalog.nextval(''midflight.totals_b68ed602_old_writes''::pg_catalog.regclass);
      END IF;
    ELSIF midflight.totals_b68ed602_new0_changed(OLD."Total", NEW."Total") THEN
      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL
         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN
        NEW."Amount" := midflight.totals_b68ed602_down0_0(NEW."Total");
      END IF;
    END IF;
  ELSE
    IF NEW."Total" IS NULL THEN
      NEW."Total" := midflight.totals_b68ed602_up0_0(NEW."Amount");
      PERFORM pg_catalog.nextval(''midflight.totals_b68ed602_old_writes''::pg_catalog.regclass);
    ELSIF midflight.totals_b68ed602_old0_default(NEW."Amount") THEN
      NEW."Amount" := midflight.totals_b68ed602_down0_0(NEW."Total");
    END IF;
  END IF;
  RETURN NEW;
END
$midflight$;
ALTER TABLE public."Totals" ADD COLUMN "Total" integer;
CREATE TRIGGER zzzz_midflight_totals_b68ed602 BEFORE INSERT OR UPDATE OF "Amount", "Total" ON public."Totals" FOR EACH ROW EXECUTE FUNCTION midflight.totals_b68ed602_sync();
ALTER TABLE public."Totals" ENABLE ALWAYS TRIGGER zzzz_midflight_totals_b68ed602', 'done', 1, '2026-11-30 08:40:44.58458+00', '2026-11-30 08:40:44.587368+00', NULL),
	('04_split', 'backfill', 3, 'backfill.3', 'ALTER TABLE public.people ALTER COLUMN first_name SET NOT NULL;
ALTER TABLE public.people DROP CONSTRAINT _midflight_first_name_not_null', 'pending', 0, NULL, NULL, NULL),
	('04_split', 'backfill', 4, 'backfill.4', 'ANALYZE public.people', 'pending', 0, NULL, NULL, NULL),
	('04_split', 'contract', 5, 'contract.1', 'DROP TRIGGER IF EXISTS zzzz_midflight_people_1ac59e17 ON public.people;
ALTER TABLE public.people DROP COLUMN name;
DROP FUNCTION IF EXISTS midflight.people_1ac59e17_sync();
DROP FUNCTION IF EXISTS midflight.people_1ac59e17_old0_changed(text, text);
DROP FUNCTION IF EXISTS midflight.people_1ac59e17_new0_changed(text, text, integer, integer);
DROP FUNCTION IF EXISTS midflight.people_1ac59e17_old0_default(text);
DROP FUNCTION IF EXISTS midflight.people_1ac59e17_up0_0(text);
DROP FUNCTION IF EXISTS midflight.people_1ac59e17_up0_1(text);
DROP FUNCTION IF EXISTS midflight.people_1ac59e17_down0_0(text, integer);
DROP SEQUENCE IF EXISTS midflight.people_1ac59e17_old_writes', 'pending', 0, NULL, NULL, NULL),
	('04_split', 'expand', 0, 'expand.1', 'CREATE SEQUENCE midflight.people_1ac59e17_old_writes;
GRANT USAGE ON SEQUENCE midflight.people_1ac59e17_old_writes TO PUBLIC;
CREATE FUNCTION midflight.people_1ac59e17_old0_changed(before_0 text, after_0 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0
); END;
GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_old0_changed(text, text) TO PUBLIC;
CREATE FUNCTION midflight.people_1ac59e17_new0_changed(before_0 text, after_0 text, before_1 integer, after_1 integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0 OR before_1 IS DISTINCT FROM after_1
); END;
GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_new0_changed(text, text, integer, integer) TO PUBLIC;
CREATE FUNCTION midflight.people_1ac59e17_old0_default(value_0 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (value_0 IS NULL
); END;
GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_old0_default(text) TO PUBLIC;
CREATE FUNCTION midflight.people_1ac59e17_up0_0(name text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (split_part(name, '' '', 1)
); END;
GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_up0_0(text) TO PUBLIC;
CREATE FUNCTION midflight.people_1ac59e17_up0_1(name text) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT (split_part(name, '' '', 2)::integer
); END;
GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_up0_1(text) TO PUBLIC;
CREATE FUNCTION midflight.people_1ac59e17_down0_0(first_name text, number integer) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (concat_ws('' '', first_name, number)
); END;
GRANT EXECUTE ON FUNCTION midflight.people_1ac59e17_down0_0(text, integer) TO PUBLIC;
CREATE FUNCTION midflight.people_1ac59e17_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN
    IF midflight.people_1ac59e17_old0_changed(OLD.name, NEW.name) THEN
      IF NOT midflight.people_1ac59e17_new0_changed(OLD.first_name, NEW.first_name, OLD.number, NEW.number) THEN
        BEGIN
        NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);
        NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);
        EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN
          NEW.first_name := NULL;
          NEW.number := NULL;
        END;
        PERFORM pg_catalog.nextval(''midflight.people_1ac59e17_old_writes''::pg_catalog.regclass);
      END IF;
    ELSIF midflight.people_1ac59e17_new0_changed(OLD.first_name, NEW.first_name, OLD.number, NEW.number) THEN
      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL
         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN
        IF OLD.first_name IS NULL AND OLD.number IS NULL THEN
          BEGIN
          IF NEW.first_name IS NULL THEN
            NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);
          END IF;
          IF NEW.number IS NULL THEN
            NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);
          END IF;
          EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN NULL;
          END;
        END IF;
        NEW.name := midflight.people_1ac59e17_down0_0(NEW.first_name, NEW.number);
      END IF;
    END IF;
  ELSE
    IF NEW.first_name IS NULL AND NEW.number IS NULL THEN
      BEGIN
      NEW.first_name := midflight.people_1ac59e17_up0_0(NEW.name);
      NEW.number := midflight.people_1ac59e17_up0_1(NEW.name);
      EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN
        NEW.first_name := NULL;
        NEW.number := NULL;
      END;
      PERFORM pg_catalog.nextval(''midflight.people_1ac59e17_old_writes''::pg_catalog.regclass);
    ELSIF midflight.people_1ac59e17_old0_default(NEW.name) THEN
      NEW.name := midflight.people_1ac59e17_down0_0(NEW.first_name, NEW.number);
    END IF;
  END IF;
  RETURN NEW;
END
$midflight$;
ALTER TABLE public.people ADD COLUMN first_name text, ADD COLUMN number integer;
CREATE TRIGGER zzzz_midflight_people_1ac59e17 BEFORE INSERT OR UPDATE OF name, first_name, number ON public.people FOR EACH ROW EXECUTE FUNCTION midflight.people_1ac59e17_sync();
ALTER TABLE public.people ENABLE ALWAYS TRIGGER zzzz_midflight_people_1ac59e17', 'done', 1, '2026-11-30 08:40:45.065308+00', '2026-11-30 08:40:45.172842+00', NULL),
	('05_fill', 'backfill', 1, 'backfill.1', 'ALTER TABLE public.mails ADD CONSTRAINT _midflight__midflight_email_not_null CHECK (_midflight_email IS NOT NULL) NOT VALID', 'pending', 0, NULL, NULL, NULL),
	('05_fill', 'expand', 0, 'expand.1', 'CREATE FUNCTION midflight.mails_0804043a_old0_changed(before_0 bigint, after_0 bigint, before_1 text, after_1 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0 OR before_1 IS DISTINCT FROM after_1
); END;
GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_old0_changed(bigint, bigint, text, text) TO PUBLIC;
CREATE FUNCTION midflight.mails_0804043a_new0_changed(before_0 text, after_0 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (before_0 IS DISTINCT FROM after_0
); END;
GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_new0_changed(text, text) TO PUBLIC;
CREATE FUNCTION midflight.mails_0804043a_old0_default(value_0 bigint, value_1 text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT (value_0 IS NULL AND value_1 IS NULL
); END;
GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_old0_default(bigint, text) TO PUBLIC;
CREATE FUNCTION midflight.mails_0804043a_up0_0(id bigint, email text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (coalesce(email, id || ''@example.com'')
); END;
GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_up0_0(bigint, text) TO PUBLIC;
CREATE FUNCTION midflight.mails_0804043a_down0_0(email text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (email
); END;
GRANT EXECUTE ON FUNCTION midflight.mails_0804043a_down0_0(text) TO PUBLIC;
CREATE FUNCTION midflight.mails_0804043a_sync() RETURNS trigger LANGUAGE plpgsql AS $midflight$
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) ''UPDATE'' THEN
    IF midflight.mails_0804043a_old0_changed(OLD.id, NEW.id, OLD.email, NEW.email) THEN
      IF NOT midflight.mails_0804043a_new0_changed(OLD._midflight_email, NEW._midflight_email) THEN
        BEGIN
        NEW._midflight_email := midflight.mails_0804043a_up0_0(NEW.id, NEW.email);
        EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN
          NEW._midflight_email := NULL;
        END;
      END IF;
    ELSIF midflight.mails_0804043a_new0_changed(OLD._midflight_email, NEW._midflight_email) THEN
      IF pg_catalog.current_setting(''midflight.backfill'', true) IS NULL
         OR pg_catalog.current_setting(''midflight.backfill'', true) OPERATOR(pg_catalog.<>) ''on'' THEN
        NEW.email := midflight.mails_0804043a_down0_0(NEW._midflight_email);
      END IF;
    END IF;
  ELSE
    IF NEW._midflight_email IS NULL THEN
      BEGIN
      NEW._midflight_email := midflight.mails_0804043a_up0_0(NEW.id, NEW.email);
      EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception THEN
        NEW._midflight_email := NULL;
      END;
    ELSIF midflight.mails_0804043a_old0_default(NEW.id, NEW.email) THEN
      NEW.email := midflight.mails_0804043a_down0_0(NEW._midflight_email);
    END IF;
  END IF;
  RETURN NEW;
END
$midflight$;
ALTER TABLE public.mails ADD COLUMN _midflight_email text;
CREATE TRIGGER zzzz_midflight_mails_0804043a BEFORE INSERT OR UPDATE OF id, email ON public.mails FOR EACH ROW EXECUTE FUNCTION midflight.mails_0804043a_sync();
ALTER TABLE public.mails ENABLE ALWAYS TRIGGER zzzz_midflight_mails_0804043a;
CREATE TRIGGER zzzz_midflight_mails_0804043a_back BEFORE UPDATE OF _midflight_email ON public.mails FOR EACH ROW WHEN (pg_catalog.current_setting(''midflight.backfill'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION midflight.mails_0804043a_sync();
ALTER TABLE public.mails ENABLE ALWAYS TRIGGER zzzz_midflight_mails_0804043a_back', 'done', 1, '2026-11-30 08:40:45.77676+00', '2026-11-30 08:40:46.057135+00', NULL),
	('04_split', 'backfill', 1, 'backfill.1', 'ALTER TABLE public.people ADD CONSTRAINT _midflight_first_name_not_null CHECK (first_name IS NOT NULL) NOT VALID', 'done', 1, '2026-11-30 08:40:53.903206+00', '2026-11-30 08:40:53.903857+00', NULL),
	('03_rename', 'backfill', 1, 'backfill.1', 'CREATE INDEX CONCURRENTLY "_midflight_next_Totals_Amount" ON public."Totals" USING btree ("Total")', 'done', 2, '2026-11-30 08:40:52.902585+00', '2026-11-30 08:40:52.906777+00', NULL),
	('04_split', 'backfill', 2, 'backfill.2', 'ALTER TABLE public.people VALIDATE CONSTRAINT _midflight_first_name_not_null', 'done', 1, '2026-11-30 08:40:53.904755+00', '2026-11-30 08:40:53.905286+00', NULL),
	('05_fill', 'backfill', 4, 'backfill.4', 'ANALYZE public.mails', 'pending', 0, NULL, NULL, NULL),
	('05_fill', 'contract', 5, 'contract.1', 'DROP TRIGGER IF EXISTS zzzz_midflight_mails_0804043a ON public.mails;
DROP TRIGGER IF EXISTS zzzz_midflight_mails_0804043a_back ON public.mails;
ALTER TABLE public.mails DROP COLUMN legacy;
ALTER TABLE public.mails DROP COLUMN email;
ALTER TABLE public.mails RENAME COLUMN _midflight_email TO email;
DROP FUNCTION IF EXISTS midflight.mails_0804043a_sync();
DROP FUNCTION IF EXISTS midflight.mails_0804043a_old0_changed(bigint, bigint, text, text);
DROP FUNCTION IF EXISTS midflight.mails_0804043a_new0_changed(text, text);
DROP FUNCTION IF EXISTS midflight.mails_0804043a_old0_default(bigint, text);
DROP FUNCTION IF EXISTS midflight.mails_0804043a_up0_0(bigint, text);
DROP FUNCTION IF EXISTS midflight.mails_0804043a_down0_0(text)', 'pending', 0, NULL, NULL, NULL),
	('06_in_place', 'backfill', 7, 'backfill.3', 'ALTER TABLE public.places ADD CONSTRAINT places_code UNIQUE USING INDEX places_code', 'pending', 0, NULL, NULL, NULL),
	('06_in_place', 'backfill', 8, 'backfill.4', 'ALTER TABLE public.places VALIDATE CONSTRAINT places_quiet', 'pending', 0, NULL, NULL, NULL),
	('06_in_place', 'contract', 9, 'contract.1', 'ALTER TABLE public.places ALTER COLUMN n SET NOT NULL;
ALTER TABLE public.places DROP CONSTRAINT IF EXISTS _midflight_n_not_null', 'pending', 0, NULL, NULL, NULL),
	('06_in_place', 'contract', 10, 'contract.2', 'DROP INDEX CONCURRENTLY IF EXISTS public.places_old', 'pending', 0, NULL, NULL, NULL),
	('06_in_place', 'expand', 0, 'expand.1', 'ALTER TABLE public.places ADD CONSTRAINT _midflight_n_not_null CHECK (n IS NOT NULL) NOT VALID', 'done', 1, '2026-11-30 08:40:46.541962+00', '2026-11-30 08:40:46.542474+00', NULL),
	('06_in_place', 'expand', 1, 'expand.2', 'ALTER TABLE public.places ADD CONSTRAINT places_positive CHECK (n >= 0) NOT VALID', 'done', 1, '2026-11-30 08:40:46.542876+00', '2026-11-30 08:40:46.543351+00', NULL),
	('06_in_place', 'expand', 2, 'expand.3', 'CREATE UNIQUE INDEX CONCURRENTLY places_code ON public.places (code)', 'done', 2, '2026-11-30 08:40:46.54378+00', '2026-11-30 08:40:46.549559+00', NULL),
	('06_in_place', 'expand', 3, 'expand.4', 'ALTER TABLE public.places ADD CONSTRAINT places_quiet FOREIGN KEY (quiet_id) REFERENCES public.quiet (id) NOT VALID', 'done', 1, '2026-11-30 08:40:46.549997+00', '2026-11-30 08:40:46.550735+00', NULL),
	('06_in_place', 'expand', 4, 'expand.5', 'CREATE INDEX CONCURRENTLY places_n ON public.places (n)', 'done', 2, '2026-11-30 08:40:46.551166+00', '2026-11-30 08:40:46.554405+00', NULL),
	('07_own', 'contract', 1, 'contract.1', 'ALTER TABLE own ALTER COLUMN checked SET DEFAULT true', 'pending', 0, NULL, NULL, NULL),
	('07_own', 'expand', 0, 'expand.1', 'ALTER TABLE own ADD COLUMN checked boolean DEFAULT false', 'done', 1, '2026-11-30 08:40:47.381281+00', '2026-11-30 08:40:47.384948+00', NULL),
	('08_rename_table', 'contract', 1, 'contract.1', 'DROP VIEW public.products;
ALTER TABLE public.goods RENAME TO products', 'pending', 0, NULL, NULL, NULL),
	('08_rename_table', 'expand', 0, 'expand.1', 'CREATE VIEW public.products WITH (security_invoker = true) AS SELECT id, n, seen FROM public.goods;
ALTER VIEW public.products OWNER TO postgres', 'done', 1, '2026-11-30 08:40:47.852842+00', '2026-11-30 08:40:47.854428+00', NULL),
	('09_tables', 'expand', 0, 'expand.1', 'CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, quiet_id bigint REFERENCES quiet (id), note text)', 'done', 1, '2026-11-30 08:40:48.201252+00', '2026-11-30 08:40:48.207344+00', NULL),
	('09_tables', 'expand', 1, 'expand.2', 'CREATE TABLE replies (id bigint PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES tickets (id))', 'done', 1, '2026-11-30 08:40:48.209891+00', '2026-11-30 08:40:48.222883+00', NULL),
	('09_tables', 'expand', 2, 'expand.3', 'CREATE INDEX tickets_quiet_id ON public.tickets (quiet_id)', 'done', 1, '2026-11-30 08:40:48.223689+00', '2026-11-30 08:40:48.224765+00', NULL),
	('06_in_place', 'backfill', 5, 'backfill.1', 'ALTER TABLE public.places VALIDATE CONSTRAINT _midflight_n_not_null', 'done', 1, '2026-11-30 08:40:55.822392+00', '2026-11-30 08:40:55.822941+00', NULL),
	('06_in_place', 'backfill', 6, 'backfill.2', 'ALTER TABLE public.places VALIDATE CONSTRAINT places_positive', 'done', 1, '2026-11-30 08:40:55.823938+00', '2026-11-30 08:40:55.824404+00', NULL);



INSERT INTO public."Totals" VALUES
	(1, 1001, 0, 1001),
	(2, 1002, 0, 1002),
	(3, 1003, 0, 1003),
	(4, 1004, 0, 1004),
	(5, 1005, 0, 1005),
	(6, 1006, 0, 1006),
	(7, 1007, 0, 1007),
	(8, 1008, 0, 1008),
	(9, 1009, 0, 1009),
	(10, 1010, 0, 1010),
	(31, 31, 0, 31),
	(19, 19, 0, 19),
	(23, 23, 0, 23),
	(38, 38, 0, 38),
	(40, 40, 0, 40),
	(22, 22, 0, 22),
	(29, 29, 0, 29),
	(14, 14, 0, 14),
	(17, 17, 0, 17),
	(28, 28, 0, 28),
	(39, 39, 0, 39),
	(12, 12, 0, 12),
	(13, 13, 0, 13),
	(18, 18, 0, 18),
	(25, 25, 0, 25),
	(26, 26, 0, 26),
	(27, 27, 0, 27),
	(32, 32, 0, 32),
	(33, 33, 0, 33),
	(37, 37, 0, 37),
	(35, 35, 0, 35),
	(36, 36, 0, 36),
	(11, 11, 0, 11),
	(15, 15, 0, 15),
	(16, 16, 0, 16),
	(21, 21, 0, 21),
	(24, 24, 0, 24),
	(34, 34, 0, 34),
	(20, 20, 0, 20),
	(30, 30, 0, 30);



INSERT INTO public.accounts VALUES
	(20, 20, 0, NULL),
	(30, 30, 0, NULL),
	(2, 1002, 0, NULL),
	(9, 1009, 0, NULL),
	(31, 31, 0, 31),
	(7, 1007, 0, 7),
	(8, 1008, 0, 8),
	(19, 19, 0, 19),
	(23, 23, 0, 23),
	(38, 38, 0, 38),
	(40, 40, 0, 40),
	(6, 1006, 0, 6),
	(22, 22, 0, 22),
	(29, 29, 0, 29),
	(1, 1001, 0, 1),
	(4, 1004, 0, 4),
	(14, 14, 0, 14),
	(17, 17, 0, 17),
	(28, 28, 0, 28),
	(39, 39, 0, 39),
	(5, 1005, 0, 5),
	(10, 1010, 0, 10),
	(12, 12, 0, 12),
	(13, 13, 0, 13),
	(18, 18, 0, 18),
	(25, 25, 0, 25),
	(26, 26, 0, 26),
	(27, 27, 0, 27),
	(32, 32, 0, 32),
	(33, 33, 0, 33),
	(37, 37, 0, 37),
	(35, 35, 0, 35),
	(36, 36, 0, 36),
	(3, 1003, 0, 3),
	(11, 11, 0, 11),
	(15, 15, 0, 15),
	(16, 16, 0, 16),
	(21, 21, 0, 21),
	(24, 24, 0, 24),
	(34, 34, 0, 34);



INSERT INTO public.amounts VALUES
	(1, 1001, 0, 1001),
	(2, 1002, 0, 1002),
	(3, 1003, 0, 1003),
	(4, 1004, 0, 1004),
	(5, 1005, 0, 1005),
	(6, 1006, 0, 1006),
	(7, 1007, 0, 1007),
	(8, 1008, 0, 1008),
	(9, 1009, 0, 1009),
	(10, 1010, 0, 1010),
	(31, 31, 0, 31),
	(19, 19, 0, 19),
	(23, 23, 0, 23),
	(38, 38, 0, 38),
	(40, 40, 0, 40),
	(22, 22, 0, 22),
	(29, 29, 0, 29),
	(14, 14, 0, 14),
	(17, 17, 0, 17),
	(28, 28, 0, 28),
	(39, 39, 0, 39),
	(12, 12, 0, 12),
	(13, 13, 0, 13),
	(18, 18, 0, 18),
	(25, 25, 0, 25),
	(26, 26, 0, 26),
	(27, 27, 0, 27),
	(32, 32, 0, 32),
	(33, 33, 0, 33),
	(37, 37, 0, 37),
	(35, 35, 0, 35),
	(36, 36, 0, 36),
	(11, 11, 0, 11),
	(15, 15, 0, 15),
	(16, 16, 0, 16),
	(21, 21, 0, 21),
	(24, 24, 0, 24),
	(34, 34, 0, 34),
	(20, 20, 0, 20),
	(30, 30, 0, 30);



INSERT INTO public.entries VALUES
	(1, 1),
	(2, 2),
	(3, 3),
	(4, 4),
	(5, 5),
	(6, 6),
	(7, 7),
	(8, 8),
	(9, 9),
	(10, 10),
	(11, 11),
	(12, 12),
	(13, 13),
	(14, 14),
	(15, 15),
	(16, 16),
	(17, 17),
	(18, 18),
	(19, 19),
	(20, 20);



INSERT INTO public.goods VALUES
	(11, 11, 0),
	(12, 12, 0),
	(13, 13, 0),
	(14, 14, 0),
	(15, 15, 0),
	(16, 16, 0),
	(17, 17, 0),
	(18, 18, 0),
	(19, 19, 0),
	(20, 20, 0),
	(21, 21, 0),
	(22, 22, 0),
	(23, 23, 0),
	(24, 24, 0),
	(25, 25, 0),
	(26, 26, 0),
	(27, 27, 0),
	(28, 28, 0),
	(29, 29, 0),
	(30, 30, 0),
	(31, 31, 0),
	(32, 32, 0),
	(33, 33, 0),
	(34, 34, 0),
	(35, 35, 0),
	(36, 36, 0),
	(37, 37, 0),
	(38, 38, 0),
	(39, 39, 0),
	(40, 40, 0),
	(1, 1001, 0),
	(2, 1002, 0),
	(3, 1003, 0),
	(4, 1004, 0),
	(5, 1005, 0),
	(6, 1006, 0),
	(7, 1007, 0),
	(8, 1008, 0),
	(9, 1009, 0),
	(10, 1010, 0);



INSERT INTO public.mails VALUES
	(20, 'x', 20, '20@example.com', 0, NULL),
	(30, 'x', 30, NULL, 0, NULL),
	(2, 'z', 1002, '2@example.com', 0, NULL),
	(9, 'x', 1009, NULL, 0, NULL),
	(31, 'x', 31, '31@example.com', 0, '31@example.com'),
	(7, 'x', 1007, '7@example.com', 0, '7@example.com'),
	(8, 'x', 1008, '8@example.com', 0, '8@example.com'),
	(19, 'x', 19, '19@example.com', 0, '19@example.com'),
	(23, 'x', 23, '23@example.com', 0, '23@example.com'),
	(38, 'x', 38, '38@example.com', 0, '38@example.com'),
	(40, 'x', 40, '40@example.com', 0, '40@example.com'),
	(6, 'x', 1006, NULL, 0, '6@example.com'),
	(22, 'x', 22, '22@example.com', 0, '22@example.com'),
	(29, 'x', 29, '29@example.com', 0, '29@example.com'),
	(1, 'z', 1001, '1@example.com', 0, '1@example.com'),
	(4, 'z', 1004, '4@example.com', 0, '4@example.com'),
	(14, 'x', 14, '14@example.com', 0, '14@example.com'),
	(17, 'x', 17, '17@example.com', 0, '17@example.com'),
	(28, 'x', 28, '28@example.com', 0, '28@example.com'),
	(39, 'x', 39, NULL, 0, '39@example.com'),
	(5, 'z', 1005, '5@example.com', 0, '5@example.com'),
	(10, 'x', 1010, '10@example.com', 0, '10@example.com'),
	(12, 'x', 12, NULL, 0, '12@example.com'),
	(13, 'x', 13, '13@example.com', 0, '13@example.com'),
	(18, 'x', 18, NULL, 0, '18@example.com'),
	(25, 'x', 25, '25@example.com', 0, '25@example.com'),
	(26, 'x', 26, '26@example.com', 0, '26@example.com'),
	(27, 'x', 27, NULL, 0, '27@example.com'),
	(32, 'x', 32, '32@example.com', 0, '32@example.com'),
	(33, 'x', 33, NULL, 0, '33@example.com'),
	(37, 'x', 37, '37@example.com', 0, '37@example.com'),
	(35, 'x', 35, '35@example.com', 0, '35@example.com'),
	(36, 'x', 36, NULL, 0, '36@example.com'),
	(3, 'z', 1003, NULL, 0, '3@example.com'),
	(11, 'x', 11, '11@example.com', 0, '11@example.com'),
	(15, 'x', 15, NULL, 0, '15@example.com'),
	(16, 'x', 16, '16@example.com', 0, '16@example.com'),
	(21, 'x', 21, NULL, 0, '21@example.com'),
	(24, 'x', 24, NULL, 0, '24@example.com'),
	(34, 'x', 34, '34@example.com', 0, '34@example.com');



INSERT INTO public.own VALUES
	(11, 11, 0, false),
	(12, 12, 0, false),
	(13, 13, 0, false),
	(14, 14, 0, false),
	(15, 15, 0, false),
	(16, 16, 0, false),
	(17, 17, 0, false),
	(18, 18, 0, false),
	(19, 19, 0, false),
	(20, 20, 0, false),
	(21, 21, 0, false),
	(22, 22, 0, false),
	(23, 23, 0, false),
	(24, 24, 0, false),
	(25, 25, 0, false),
	(26, 26, 0, false),
	(27, 27, 0, false),
	(28, 28, 0, false),
	(29, 29, 0, false),
	(30, 30, 0, false),
	(31, 31, 0, false),
	(32, 32, 0, false),
	(33, 33, 0, false),
	(34, 34, 0, false),
	(35, 35, 0, false),
	(36, 36, 0, false),
	(37, 37, 0, false),
	(38, 38, 0, false),
	(39, 39, 0, false),
	(40, 40, 0, false),
	(1, 1001, 0, false),
	(2, 1002, 0, false),
	(3, 1003, 0, false),
	(4, 1004, 0, false),
	(5, 1005, 0, false),
	(6, 1006, 0, false),
	(7, 1007, 0, false),
	(8, 1008, 0, false),
	(9, 1009, 0, false),
	(10, 1010, 0, false);



INSERT INTO public.people VALUES
	(1, 'Older 1001', 0, 'Older', 1001),
	(2, 'Older 1002', 0, 'Older', 1002),
	(3, 'Older 1003', 0, 'Older', 1003),
	(4, 'Older 1004', 0, 'Older', 1004),
	(5, 'Older 1005', 0, 'Older', 1005),
	(6, 'New 1006', 0, 'New', 1006),
	(7, 'New 1007', 0, 'New', 1007),
	(8, 'New 1008', 0, 'New', 1008),
	(9, 'New 1009', 0, 'New', 1009),
	(10, 'New 1010', 0, 'New', 1010),
	(31, 'Ann 31', 0, 'Ann', 31),
	(19, 'Ann 19', 0, 'Ann', 19),
	(23, 'Ann 23', 0, 'Ann', 23),
	(38, 'Ann 38', 0, 'Ann', 38),
	(40, 'Ann 40', 0, 'Ann', 40),
	(22, 'Ann 22', 0, 'Ann', 22),
	(29, 'Ann 29', 0, 'Ann', 29),
	(14, 'Ann 14', 0, 'Ann', 14),
	(17, 'Ann 17', 0, 'Ann', 17),
	(28, 'Ann 28', 0, 'Ann', 28),
	(39, 'Ann 39', 0, 'Ann', 39),
	(12, 'Ann 12', 0, 'Ann', 12),
	(13, 'Ann 13', 0, 'Ann', 13),
	(18, 'Ann 18', 0, 'Ann', 18),
	(25, 'Ann 25', 0, 'Ann', 25),
	(26, 'Ann 26', 0, 'Ann', 26),
	(27, 'Ann 27', 0, 'Ann', 27),
	(32, 'Ann 32', 0, 'Ann', 32),
	(33, 'Ann 33', 0, 'Ann', 33),
	(37, 'Ann 37', 0, 'Ann', 37),
	(35, 'Ann 35', 0, 'Ann', 35),
	(36, 'Ann 36', 0, 'Ann', 36),
	(11, 'Ann 11', 0, 'Ann', 11),
	(15, 'Ann 15', 0, 'Ann', 15),
	(16, 'Ann 16', 0, 'Ann', 16),
	(21, 'Ann 21', 0, 'Ann', 21),
	(24, 'Ann 24', 0, 'Ann', 24),
	(34, 'Ann 34', 0, 'Ann', 34),
	(20, 'Ann 20', 0, 'Ann', 20),
	(30, 'Ann 30', 0, 'Ann', 30);



INSERT INTO public.places VALUES
	(11, 'c11', 11, 1, 0),
	(12, 'c12', 12, 1, 0),
	(13, 'c13', 13, 1, 0),
	(14, 'c14', 14, 1, 0),
	(15, 'c15', 15, 1, 0),
	(16, 'c16', 16, 1, 0),
	(17, 'c17', 17, 1, 0),
	(18, 'c18', 18, 1, 0),
	(19, 'c19', 19, 1, 0),
	(20, 'c20', 20, 1, 0),
	(21, 'c21', 21, 1, 0),
	(22, 'c22', 22, 1, 0),
	(23, 'c23', 23, 1, 0),
	(24, 'c24', 24, 1, 0),
	(25, 'c25', 25, 1, 0),
	(26, 'c26', 26, 1, 0),
	(27, 'c27', 27, 1, 0),
	(28, 'c28', 28, 1, 0),
	(29, 'c29', 29, 1, 0),
	(30, 'c30', 30, 1, 0),
	(31, 'c31', 31, 1, 0),
	(32, 'c32', 32, 1, 0),
	(33, 'c33', 33, 1, 0),
	(34, 'c34', 34, 1, 0),
	(35, 'c35', 35, 1, 0),
	(36, 'c36', 36, 1, 0),
	(37, 'c37', 37, 1, 0),
	(38, 'c38', 38, 1, 0),
	(39, 'c39', 39, 1, 0),
	(40, 'c40', 40, 1, 0),
	(1, 'c1', 1001, 1, 0),
	(2, 'c2', 1002, 1, 0),
	(3, 'c3', 1003, 1, 0),
	(4, 'c4', 1004, 1, 0),
	(5, 'c5', 1005, 1, 0),
	(6, 'c6', 1006, 1, 0),
	(7, 'c7', 1007, 1, 0),
	(8, 'c8', 1008, 1, 0),
	(9, 'c9', 1009, 1, 0),
	(10, 'c10', 1010, 1, 0);



INSERT INTO public.quiet VALUES
	(1, 'one'),
	(2, NULL);









SELECT pg_catalog.setval('midflight.events_id_seq', 28, true);



SELECT pg_catalog.setval('midflight.people_1ac59e17_old_writes', 5, true);



SELECT pg_catalog.setval('midflight.totals_b68ed602_old_writes', 5, true);



SELECT pg_catalog.setval('public.accounts_id_seq', 40, true);



SELECT pg_catalog.setval('public.tickets_id_seq', 1, false);



ALTER TABLE ONLY midflight.backfills
    ADD CONSTRAINT backfills_pkey PRIMARY KEY (migration_id, ordinal);



ALTER TABLE ONLY midflight.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (migration_id, sequence);



ALTER TABLE ONLY midflight.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);



ALTER TABLE ONLY midflight.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (singleton);



ALTER TABLE ONLY midflight.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (id);



ALTER TABLE ONLY midflight.steps
    ADD CONSTRAINT steps_pkey PRIMARY KEY (migration_id, step_id);



ALTER TABLE ONLY public."Totals"
    ADD CONSTRAINT "Totals_pkey" PRIMARY KEY (id);



ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.amounts
    ADD CONSTRAINT amounts_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.goods
    ADD CONSTRAINT goods_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.own
    ADD CONSTRAINT own_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.places
    ADD CONSTRAINT places_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.quiet
    ADD CONSTRAINT quiet_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (id);



CREATE INDEX "Totals_Amount" ON public."Totals" USING btree ("Amount");



CREATE INDEX "_midflight_next_Totals_Amount" ON public."Totals" USING btree ("Total");



CREATE INDEX amounts_amount ON public.amounts USING btree (amount) WHERE (amount > 10);



CREATE INDEX entries_account_id ON public.entries USING btree (account_id);



CREATE INDEX mails_legacy ON public.mails USING btree (legacy);



CREATE UNIQUE INDEX places_code ON public.places USING btree (code);



CREATE INDEX places_n ON public.places USING btree (n);



CREATE INDEX places_old ON public.places USING btree (seen);



CREATE INDEX tickets_quiet_id ON public.tickets USING btree (quiet_id);



CREATE TRIGGER zzzz_midflight_accounts_0b05192b BEFORE INSERT OR UPDATE OF id ON public.accounts FOR EACH ROW EXECUTE FUNCTION midflight.accounts_0b05192b_sync();

ALTER TABLE public.accounts ENABLE ALWAYS TRIGGER zzzz_midflight_accounts_0b05192b;



CREATE TRIGGER zzzz_midflight_accounts_0b05192b_back BEFORE UPDATE OF _midflight_id ON public.accounts FOR EACH ROW WHEN ((current_setting('midflight.backfill'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION midflight.accounts_0b05192b_sync();

ALTER TABLE public.accounts ENABLE ALWAYS TRIGGER zzzz_midflight_accounts_0b05192b_back;



CREATE TRIGGER zzzz_midflight_amounts_668478dd BEFORE INSERT OR UPDATE OF amount ON public.amounts FOR EACH ROW EXECUTE FUNCTION midflight.amounts_668478dd_sync();

ALTER TABLE public.amounts ENABLE ALWAYS TRIGGER zzzz_midflight_amounts_668478dd;



CREATE TRIGGER zzzz_midflight_amounts_668478dd_back BEFORE UPDATE OF _midflight_amount ON public.amounts FOR EACH ROW WHEN ((current_setting('midflight.backfill'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION midflight.amounts_668478dd_sync();

ALTER TABLE public.amounts ENABLE ALWAYS TRIGGER zzzz_midflight_amounts_668478dd_back;



CREATE TRIGGER zzzz_midflight_mails_0804043a BEFORE INSERT OR UPDATE OF id, email ON public.mails FOR EACH ROW EXECUTE FUNCTION midflight.mails_0804043a_sync();

ALTER TABLE public.mails ENABLE ALWAYS TRIGGER zzzz_midflight_mails_0804043a;



CREATE TRIGGER zzzz_midflight_mails_0804043a_back BEFORE UPDATE OF _midflight_email ON public.mails FOR EACH ROW WHEN ((current_setting('midflight.backfill'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION midflight.mails_0804043a_sync();

ALTER TABLE public.mails ENABLE ALWAYS TRIGGER zzzz_midflight_mails_0804043a_back;



CREATE TRIGGER zzzz_midflight_people_1ac59e17 BEFORE INSERT OR UPDATE OF name, first_name, number ON public.people FOR EACH ROW EXECUTE FUNCTION midflight.people_1ac59e17_sync();

ALTER TABLE public.people ENABLE ALWAYS TRIGGER zzzz_midflight_people_1ac59e17;



CREATE TRIGGER zzzz_midflight_totals_b68ed602 BEFORE INSERT OR UPDATE OF "Amount", "Total" ON public."Totals" FOR EACH ROW EXECUTE FUNCTION midflight.totals_b68ed602_sync();

ALTER TABLE public."Totals" ENABLE ALWAYS TRIGGER zzzz_midflight_totals_b68ed602;



ALTER TABLE ONLY midflight.backfills
    ADD CONSTRAINT backfills_migration_id_fkey FOREIGN KEY (migration_id) REFERENCES midflight.migrations(id) ON DELETE CASCADE;



ALTER TABLE ONLY midflight.counters
    ADD CONSTRAINT counters_migration_id_fkey FOREIGN KEY (migration_id) REFERENCES midflight.migrations(id) ON DELETE CASCADE;



ALTER TABLE ONLY midflight.steps
    ADD CONSTRAINT steps_migration_id_fkey FOREIGN KEY (migration_id) REFERENCES midflight.migrations(id) ON DELETE CASCADE;



ALTER TABLE ONLY public.entries
    ADD CONSTRAINT entries_account FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;



ALTER TABLE ONLY public.places
    ADD CONSTRAINT places_quiet FOREIGN KEY (quiet_id) REFERENCES public.quiet(id) NOT VALID;



ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);



ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_quiet_id_fkey FOREIGN KEY (quiet_id) REFERENCES public.quiet(id);



GRANT USAGE ON SCHEMA midflight TO PUBLIC;



GRANT USAGE ON SEQUENCE midflight.people_1ac59e17_old_writes TO PUBLIC;



GRANT USAGE ON SEQUENCE midflight.totals_b68ed602_old_writes TO PUBLIC;




