"""The throwaway server: psql, databases, and what two of them differ in."""

import json
import os
import re
import subprocess

URL = os.environ.get("DATABASE_URL", "")
BASE = URL.rsplit("/", 1)[0]
LIMIT = 300  # seconds for one program
QUIET = dict(os.environ, PGOPTIONS="-c client_min_messages=error")


def url(database):
    if not URL:
        raise SystemExit("set DATABASE_URL to a superuser of a throwaway server")
    return f"{BASE}/{database}"


def psql(database, *arguments, text=None):
    """Runs psql; gives its exit code, output and errors."""
    command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", url(database), *arguments]
    try:
        ran = subprocess.run(command, input=text, capture_output=True, text=True, env=QUIET, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return 124, "", f"psql took longer than {LIMIT} s"
    return ran.returncode, ran.stdout, ran.stderr


class Session:
    """A psql that stays, for the many small questions."""

    END = "end of answer"
    opened = {}

    def __init__(self, database):
        self.program = subprocess.Popen(
            ["psql", "-XqAt", url(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=QUIET,
        )

    @classmethod
    def to(cls, database):
        if database not in cls.opened:
            cls.opened[database] = cls(database)
        return cls.opened[database]

    @classmethod
    def close(cls, *databases):
        """Nobody may be connected to a database that is copied."""
        for database in databases:
            if session := cls.opened.pop(database, None):
                session.program.communicate()

    def query(self, sql):
        self.program.stdin.write(f"{sql}\n;\n\\echo {self.END} :SQLSTATE\n")
        self.program.stdin.flush()
        lines = []
        for line in self.program.stdout:
            if line.startswith(self.END):
                if line.split()[-1] != "00000":
                    break
                return "".join(lines).strip()
            lines.append(line)
        raise RuntimeError("".join(lines) + f"\nin: {sql}")


def query(database, sql):
    """The answer to one statement."""
    return Session.to(database).query(sql)


def rows(database, sql):
    """The rows of a query, as dictionaries."""
    return json.loads(query(database, f"SELECT coalesce(json_agg(q), '[]') FROM ({sql}) q"))


def make(database, template="template0"):
    """Makes a database anew, as a copy of another."""
    Session.close(database, template)
    query("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    query("postgres", f"CREATE DATABASE {database} TEMPLATE {template}")


def remove(database):
    Session.close(database)
    query("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def schema(database):
    """What pg_dump writes, as a sorted list of objects; the order of columns is left out."""
    command = ["pg_dump", "--schema-only", "--exclude-schema=midflight", url(database)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    parts = re.split(r"(?m)^--\n(?=-- Name: )", ran.stdout)
    found = []
    for part in parts[1:]:
        lines = [line for line in part.splitlines() if line and line != "--" and not line.startswith(("SET ", "\\"))]
        found.append("\n".join(unordered(lines)))
    return sorted(found)


def unordered(lines):
    """Columns of a CREATE TABLE in the order of their names."""
    if not any(re.match(r"CREATE (UNLOGGED |FOREIGN )?TABLE ", line) for line in lines):
        return lines
    begin = next(at for at, line in enumerate(lines) if line.endswith("("))
    end = next((at for at, line in enumerate(lines) if at > begin and line.startswith(")")), len(lines))
    return lines[: begin + 1] + sorted(line.rstrip(",") for line in lines[begin + 1 : end]) + lines[end:]


TABLES = """SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'midflight')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')"""


def content(database):
    """A digest of each table's rows, columns by name, and each sequence's last value."""
    digest = "SELECT md5(coalesce(string_agg(r, chr(10) ORDER BY r), '''')) AS d FROM (SELECT to_jsonb(t)::text AS r FROM %s t) x"
    found = rows(
        database,
        f"""SELECT name, (xpath('/row/d/text()', query_to_xml(format('{digest}', name), false, true, '')))[1]::text AS value
            FROM ({TABLES}) tables
            UNION ALL SELECT 'sequence ' || format('%I.%I', schemaname, sequencename), coalesce(last_value::text, 'none')
            FROM pg_sequences WHERE schemaname <> 'midflight'""",
    )
    return {row["name"]: row["value"] for row in found}


def values(database, table):
    """A digest of each column of a table."""
    names = rows(
        database,
        f"""SELECT quote_ident(attname) AS name, attname AS plain, format_type(atttypid, NULL) AS type, pg_get_expr(adbin, adrelid) AS filled
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid = '{table.replace("'", "''")}'::regclass AND attnum > 0 AND NOT attisdropped""",
    )
    if not names:
        return {}
    digests = ", ".join(
        f"md5(coalesce(string_agg({column['name']}::text, chr(10) ORDER BY {column['name']}::text), '')) AS c{at}"
        for at, column in enumerate(names)
    )
    found = rows(database, f"SELECT {digests} FROM {table}")[0]
    return {
        column["plain"]: (found[f"c{at}"], column["type"], column["filled"] or "") for at, column in enumerate(names)
    }
