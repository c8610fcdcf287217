"""What a file holds that midflight takes up later: decided from its text and the types before it, before anything runs."""

import re

LITERAL = re.compile(
    r"--[^\n]*|/\*.*?\*/|(\$(?:[A-Za-z_]\w*)?\$).*?\1|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'", re.S
)
NAME = r'(?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?'
COMMON_DO = re.compile(
    r"^\s*BEGIN\s+(?:IF NOT EXISTS\s*\(.*?\)\s*THEN\s+)?(?:CREATE TYPE|CREATE TABLE|ALTER TABLE)[^;]*;\s*(?:END IF\s*;\s*)?"
    r"(?:EXCEPTION\s+WHEN duplicate_\w+\s+THEN\s+(?:null|RAISE NOTICE[^;]*)\s*;\s*)?END;?\s*$",
    re.I | re.S,
)
# Pairs whose way back is exact for every value that came from the old type.
EXACT = {
    ("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint"), ("integer", "numeric"),
    ("bigint", "numeric"), ("smallint", "numeric"), ("character varying", "text"), ("text", "character varying"),
    ("real", "double precision"),
    ("character varying", "citext"), ("text", "citext"), ("uuid", "text"), ("uuid", "character varying"), ("integer", "text"),
    ("bigint", "text"), ("date", "timestamp without time zone"), ("json", "jsonb"),
}
BUILT_IN = {
    "smallint", "integer", "bigint", "numeric", "real", "double precision", "text", "character varying", "character", "citext",
    "boolean", "timestamp with time zone", "timestamp without time zone", "time with time zone", "time without time zone", "date",
    "interval", "uuid", "json", "jsonb", "bytea", "inet", "cidr", "macaddr", "hstore", "ltree", "tsvector", "regconfig", "xml", "oid",
}
ALIASES = {
    "int": "integer", "int4": "integer", "int8": "bigint", "int2": "smallint", "varchar": "character varying",
    "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone", "decimal": "numeric",
    "bool": "boolean", "float8": "double precision", "float4": "real", "char": "character",
}


def split(text):
    """Statements without comments, and with literals emptied; and the bodies that stand between dollar signs."""
    bodies = []

    def empty(found):
        token = found[0]
        if token.startswith(("--", "/*")):
            return " "
        if token.startswith("$"):
            bodies.append(token[len(found[1]): -len(found[1])])
            return f"$body{len(bodies) - 1}$"
        return "''"

    code = LITERAL.sub(empty, text)
    return [" ".join(statement.split()) for statement in code.split(";") if statement.strip()], bodies


def bare(name):
    """A name as the catalog has it, without its schema."""
    last = re.split(r"\s*\.\s*", name.strip())[-1]
    return last[1:-1] if last.startswith('"') else last.lower()


def type_name(text):
    """A type as `format_type` writes it, without length."""
    text = re.sub(r"\s*\([^)]*\)", "", text).strip().strip('"').lower()
    return ALIASES.get(text, text)


def actions(rest):
    """The actions of an ALTER TABLE: cut at commas outside parentheses."""
    depth, begin = 0, 0
    for at, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            yield rest[begin:at].strip()
            begin = at + 1
    yield rest[begin:].strip()


def marks(text, types):
    """The marks of a file; `types` gives the type of a (table, column) as it is before."""
    statements, bodies = split(text)
    found, created = set(), set()
    dropped_constraints, keys = set(), set()
    for statement in statements:
        if re.match(r"(UPDATE|INSERT|DELETE|MERGE|TRUNCATE|COPY|WITH)\b|SELECT .*\bsetval\b", statement, re.I):
            found.add("data")
        elif re.match(r"DO\b", statement, re.I):
            body = re.search(r"\$body(\d+)\$", statement)
            inside = LITERAL.sub(lambda at: " " if at[0][:2] in ("--", "/*") else at[0], bodies[int(body[1])]) if body else ""
            if not COMMON_DO.match(inside):
                found.add("do")
        elif made := re.match(rf"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?({NAME})", statement, re.I):
            created.add(bare(made[1]))
        elif altered := re.match(rf"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?({NAME}) (.*)", statement, re.I):
            table = bare(altered[1])
            if table in created:
                continue
            for action in actions(altered[2]):
                found |= action_marks(action, table, types)
                if re.match(r"DROP CONSTRAINT\b", action, re.I):
                    dropped_constraints.add(table)
                if re.match(r"ADD .*PRIMARY KEY\b", action, re.I):
                    keys.add(table)
    if dropped_constraints & keys:
        found.add("primary key")
    return sorted(found)


def action_marks(action, table, types):
    """The marks of one action of an ALTER TABLE."""
    if re.match(r"ADD (COLUMN )?", action, re.I) and not re.match(
        r"ADD (CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN|EXCLUDE|GENERATED|VALUE)\b", action, re.I
    ):
        if re.search(r"\b(SMALL|BIG)?SERIAL\d?\b|\bGENERATED\b", action, re.I):
            return {"generated"}
        if re.search(r"\bNOT NULL\b|\bPRIMARY KEY\b", action, re.I) and not re.search(r"\bDEFAULT\b", action, re.I):
            return {"not null"}
    if re.search(r"\bADD GENERATED\b|\bDROP (IDENTITY|EXPRESSION)\b|\bSET GENERATED\b", action, re.I):
        return {"generated"}
    change = re.match(
        r'ALTER (?:COLUMN )?("[^"]+"|\w+) (?:SET DATA )?TYPE (.+?)(?: COLLATE \S+)?(?: USING (.*))?$', action, re.I
    )
    if change:
        column, new, using = bare(change[1]), type_name(change[2]), change[3]
        old = types.get((table, column))
        plain = using is None or re.fullmatch(
            rf'\(*(?:{NAME})\)*\s*::\s*[\w". ()\[\],:]+|CAST \(.* AS .*\)|\(*{NAME}\)*', using.strip(), re.I
        )
        if not plain or old and not exact(old, new):
            return {"way back"}
    return set()


def exact(old, new):
    """Whether every value of the old type comes back from the new one. Enums are known by their names being nobody's."""
    to_enum = new not in BUILT_IN and (old not in BUILT_IN or old in ("text", "character varying"))
    return old == new or (old, new) in EXACT or to_enum
