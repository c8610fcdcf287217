"""A few rows in every table, made up from types, keys and checks; the same in both databases."""

import hashlib
import re

from . import server

ROWS = 3
COLUMNS = """
SELECT c.oid::regclass::text AS table_name, c.relname AS relation, format_type(a.atttypid, NULL) AS full_type, quote_ident(a.attname) AS name, a.attname AS plain, a.attnotnull AS required, a.attnum,
  CASE WHEN t.typtype = 'd' THEN b.typname ELSE t.typname END AS type, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS modifier,
  t.typcategory AS category, CASE WHEN t.typtype = 'd' THEN b.oid ELSE t.oid END::regtype::text AS sql_type,
  (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid IN (t.oid, b.oid)) AS labels,
  (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k WHERE k.contype = 'c'
     AND (k.contypid = t.oid OR k.conrelid = c.oid AND a.attnum = ANY (k.conkey))) AS checks,
  (SELECT json_build_object('table', k.confrelid::regclass::text, 'column', quote_ident(f.attname), 'order',
       (SELECT string_agg(quote_ident(o.attname), ', ' ORDER BY o.attnum) FROM pg_attribute o WHERE o.attrelid = k.confrelid AND o.attnum = ANY (k.confkey)))
   FROM pg_constraint k JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[array_position(k.conkey, a.attnum)]
   WHERE k.contype = 'f' AND k.conrelid = c.oid AND a.attnum = ANY (k.conkey) ORDER BY k.oid LIMIT 1) AS refers
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'midflight')
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
ORDER BY c.oid, a.attnum"""


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def text_value(column, number, attempt):
    allowed = re.findall(r"'((?:[^']|'')*)'::", column["checks"] or "")
    if allowed:
        return allowed[(number + attempt) % len(allowed)].replace("''", "'")
    value = ["v", "a-", "1", "http://h/"][attempt % 4] + str(number)
    width = column["modifier"] - 4
    if column["type"] in ("varchar", "bpchar") and column["modifier"] > 4:
        value = value[-width:] if width < len(value) else value
    return value


def value(column, number, attempt):
    """An expression for a column of row `number`. Later attempts try other values."""
    if refers := column["refers"]:
        return f"(SELECT {refers['column']} FROM {refers['table']} ORDER BY {refers['order']} OFFSET {number - 1} LIMIT 1)"
    kind = column["type"]
    if column["labels"]:
        return quoted(column["labels"][(number + attempt) % len(column["labels"])])
    if column["category"] == "A":
        return "'{}'"
    plain = {
        "bool": "true" if (number + attempt) % 2 else "false",
        "uuid": quoted("%s-%s-4%s-8%s-%s" % tuple(re.match(r"(.{8})(.{4})(.{3})(.{3})(.{12})", hashlib.md5(
            f"{column['table_name']}.{column['plain']}.{number}".encode()).hexdigest()).groups())),
        "timestamp": f"'2024-01-0{number} 10:00:00'", "timestamptz": f"'2024-01-0{number} 10:00:00+00'",
        "date": f"'2024-01-0{number}'", "time": f"'10:00:0{number}'", "timetz": f"'10:00:0{number}+00'",
        "interval": f"'{number} hours'", "json": f"'{{\"a\": {number}}}'", "jsonb": ["'{}'", "'[]'", f"'{{\"a\": {number}}}'", "'1'"][attempt % 4],
        "bytea": f"'\\x0{number}'", "inet": f"'10.0.0.{number}'", "cidr": f"'10.0.{number}.0/24'", "macaddr": f"'08:00:2b:01:02:0{number}'",
        "tsvector": f"'word{number}'", "ltree": f"'a.b{number}'", "hstore": f"'a=>{number}'", "xml": f"'<a>{number}</a>'",
        "point": f"'({number},1)'", "money": f"'{number}'", "tstzrange": f"'[2024-01-0{number},2024-01-0{number + 1})'",
        "int4range": f"'[{number},{number + 1})'", "int8range": f"'[{number},{number + 1})'", "bit": "B'1'", "varbit": "B'1'",
    }
    if kind in plain:
        return plain[kind]
    if kind in ("int2", "int4", "int8", "numeric", "float4", "float8", "oid"):
        return str([number, 0, number + 100, -number][attempt % 4])
    return quoted(text_value(column, number, attempt))


class Filler:
    """Remembers what was tried, so that each new table and column is tried once."""

    def __init__(self):
        self.tried = set()
        # The types of columns before the file: (table, column) without schema.
        self.types = {}

    def fill(self, first, second):
        """Adds rows to the first database, and those that it took to the second. Says how many, and whether the second
        took them as well."""
        taken = []
        for _ in range(3):
            statements = self.statements(first)
            if not statements:
                break
            done = self.run(first, statements)
            if not done:
                break
            taken += done
        return len(taken), not taken or server.psql(second, text=";\n".join(taken) + ";\n")[0] == 0

    def statements(self, database):
        columns = {}
        self.types = {}
        for column in server.rows(database, COLUMNS):
            self.types[column["relation"], column["plain"]] = column["full_type"]
            columns.setdefault(column["table_name"], []).append(column)
        if not columns:
            return []
        counted = "SELECT {} AS name, (SELECT count(*) FROM (SELECT FROM {} LIMIT 3) x) AS n, {} AS empty"
        counts = server.rows(database, " UNION ALL ".join(
            counted.format(quoted(table), table, "ARRAY[" + ", ".join(
                f"(SELECT count({column['name']}) FROM {table})" for column in of if not column["required"]) + "]::bigint[]")
            for table, of in columns.items()))
        found = []
        for row in counts:
            table, of = row["name"], columns[row["name"]]
            optional = [column for column in of if not column["required"]]
            if row["n"] < ROWS:
                found += self.inserts(table, of, row["n"])
            for column, filled in zip(optional, row["empty"]):
                if row["n"] and not filled and (table, column["plain"]) not in self.tried:
                    self.tried.add((table, column["plain"]))
                    found.append(f"UPDATE {table} SET {column['name']} = {value(column, 1, 0)} WHERE {column['name']} IS NULL")
        return found

    def inserts(self, table, of, there):
        names = ", ".join(column["name"] for column in of)
        for attempt in range(4):
            key = (table, names, there, attempt)
            if key in self.tried:
                continue
            self.tried.add(key)
            tried = [(number, attempt) for number in range(there + 1, ROWS + 1)]
            return [
                f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({', '.join(value(column, *at) for column in of)})"
                for at in tried
            ]
        return []

    @staticmethod
    def run(database, statements):
        """Runs each by itself; gives those that succeeded."""
        script = ["\\set ON_ERROR_STOP off"]
        for at, statement in enumerate(statements):
            script += [statement + ";", f"\\echo ran {at} :SQLSTATE"]
        _, output, _ = server.psql(database, text="\n".join(script) + "\n")
        done = re.findall(r"(?m)^ran (\d+) 00000$", output)
        return [statements[int(at)] for at in done]
