"""The files of a project's history, in the order in which its tool applies them, each with what goes forward only."""

import os
import re

OTHER_SERVERS = re.compile(r"\b(mysql|mariadb|sqlite3?|cockroach|mssql|h2|hsqldb|spanner|clickhouse)\b", re.I)
SECTIONS = (  # the line that begins what goes forward, the one that ends it
    (r"^--\s*\+goose\s+up\b.*$", r"^--\s*\+goose\s+down\b.*$"),
    (r"^--\s*\+migrate\s+up\b.*$", r"^--\s*\+migrate\s+down\b.*$"),
    (r"^--\s*migrate:up\b.*$", r"^--\s*migrate:down\b.*$"),
)
MARKERS = re.compile(r"^--\s*\+(goose|migrate)\s+\w+.*$", re.I | re.M)
FLYWAY = re.compile(r"^([VUBR])([0-9][0-9._]*)?__(.+)\.sql$")


def natural(text):
    """Numbers in a name compare as numbers."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]


def forward(text):
    """What a file says between the markers of goose, sql-migrate or dbmate; without markers all of it."""
    for begins, ends in SECTIONS:
        begin = re.search(begins, text, re.I | re.M)
        if begin:
            rest = text[begin.end():]
            end = re.search(ends, rest, re.I | re.M)
            return MARKERS.sub("", rest[: end.start()] if end else rest)
    return text


def read(folder):
    """Names and texts, in order."""
    paths = []
    for where, folders, names in os.walk(folder):
        folders.sort(key=natural)
        paths += [os.path.relpath(os.path.join(where, name), folder) for name in names if name.endswith(".sql")]
    paths = [path for path in paths if not OTHER_SERVERS.search(re.sub(r"[._/-]", " ", path))]
    paths = [path for path in paths if not re.search(r"(^|[./_-])(down|undo|rollback)\.sql$", path, re.I)]
    flyway = [path for path in paths if FLYWAY.match(os.path.basename(path))]
    nested = [path for path in paths if os.path.basename(path) in ("migration.sql", "up.sql")]
    if flyway and len(flyway) == len(paths):
        ordered = by_flyway(flyway)
    else:
        # prisma and diesel compare names as text
        ordered = sorted(nested) or by_name(paths)
    found = []
    for path in ordered:
        with open(os.path.join(folder, path), encoding="utf-8-sig", errors="replace") as file:
            found.append((path, forward(file.read())))
    return found


def by_flyway(paths):
    """By version, repeatable files last, and none that goes back."""
    parts = [(FLYWAY.match(os.path.basename(path)), path) for path in paths]
    versioned = [(natural(found[2] or ""), path) for found, path in parts if found[1] in "VB"]
    repeatable = [(found[3], path) for found, path in parts if found[1] == "R"]
    return [path for _, path in sorted(versioned)] + [path for _, path in sorted(repeatable)]


def by_name(paths):
    """By name. Of `1_a.up.sql` and `1_a.postgres.up.sql` the second is PostgreSQL's."""
    chosen = {}
    for path in sorted(paths, key=natural):
        name = re.sub(r"(\.autocommit)?(\.up)?\.sql$", "", path)
        own = re.search(r"\.(postgres|postgresql|pg)$", name)
        key = name[: own.start()] if own else name
        if own or key not in chosen:
            chosen[key] = path
    return [chosen[key] for key in sorted(chosen, key=natural)]
