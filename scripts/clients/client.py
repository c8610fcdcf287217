"""An application in Python, on the stack that CLIENT names; see matrix.py."""

import json
import os
import select
import sys

URL, PATH, CLIENT = os.environ["PGURL"], os.environ["SEARCH_PATH"], os.environ["CLIENT"]
SPEC = json.loads(os.environ["SPEC"])
NAMES, COLUMNS = SPEC["name"], SPEC["columns"]
# asyncpg writes parameters its own way
MARK = (lambda n: f"${n}") if CLIENT == "asyncpg" else (lambda n: "%s")


class Report:
    def __init__(self):
        self.requests, self.failed, self.failures, self.wrong = 0, 0, set(), 0

    def fail(self, error, sql=""):
        self.failed += 1
        if len(self.failures) < 5:
            self.failures.add(f"{type(error).__name__}: {error}".splitlines()[0] + f" in {sql[:60]}")

    def done(self):
        print(json.dumps({"requests": self.requests, "failed": self.failed, "failures": sorted(self.failures),
                          "wrong": self.wrong}), flush=True)


def over():
    return bool(select.select([sys.stdin], [], [], 0)[0])


def statements(number):
    """SQL, its values, and whether a row comes back."""
    id = SPEC["first"] + number
    n = number % 1000
    m = MARK
    row = number % 200 + 1
    last = NAMES[-1]
    values = {"id": id, "amount": n, "state": "old", "note": "y", "w": n, **{name: "v" for name in NAMES}}
    listed = ", ".join(COLUMNS)
    marks = ", ".join(m(i + 1) for i in range(len(COLUMNS)))
    full = [values[column] for column in COLUMNS]
    k = len(COLUMNS)
    two = ", ".join(m(k + i + 1) for i in range(k))
    more = [values["id"] + 500_000 if column == "id" else values[column] for column in COLUMNS]
    return [
        (f"SELECT * FROM users WHERE id = {m(1)}", [row], True),
        (f"UPDATE users SET amount = {m(1)}, w = {m(2)} WHERE id = {m(3)} RETURNING *", [n, n, row], True),
        (f"INSERT INTO users ({listed}) VALUES ({marks}) RETURNING *", full, True),
        (f"INSERT INTO users ({listed}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, "
         f"w = excluded.w, {last} = excluded.{last} RETURNING *", full, True),
        (f"INSERT INTO users VALUES ({marks}), ({two})", [*[v if c != "id" else v + 250_000 for c, v in zip(COLUMNS, full)], *more], False),
        (f"UPDATE users SET amount = amount + 1, w = w + 1 WHERE id = {m(1)} AND w = {m(2)}", [row, n], False),
        (f"SELECT id, count(*), sum(amount) FROM users WHERE id = {m(1)} GROUP BY id", [row], True),
        (f"DELETE FROM users WHERE id IN ({m(1)}, {m(2)})", [id + 250_000, id + 500_000], False),
    ]


def check(report, columns, row):
    found = dict(zip(columns, row))
    if "w" in found and (list(columns) != COLUMNS or int(found["amount"]) != found["w"]):
        report.wrong += 1


def blocking(run):
    report, number = Report(), 0
    while True:
        number += 1
        for sql, values, returns in statements(number):
            report.requests += 1
            try:
                columns, row = run(sql, values, returns)
                if returns:
                    check(report, columns, row)
            except Exception as error:
                report.fail(error, sql)
        if number == 3:
            print("ready", flush=True)
        if over():
            return report.done()


def psycopg_client():
    import psycopg

    options = {"prepare_threshold": 0 if CLIENT == "psycopg-prepared" else None}
    conn = psycopg.connect(URL, options=f"-c search_path={PATH}", autocommit=True, **options)

    def run(sql, values, returns):
        cursor = conn.execute(sql, values)
        return [column.name for column in cursor.description or []], cursor.fetchone() if returns else None

    blocking(run)


def sqlalchemy_client():
    import sqlalchemy as sa

    engine = sa.create_engine(URL.replace("postgresql:", "postgresql+psycopg:"), connect_args={"options": f"-c search_path={PATH}"})
    # What the ORM reads of the columns at its start is what it goes on with.
    users = sa.Table("users", sa.MetaData(), autoload_with=engine)
    assert [column.name for column in users.columns] == COLUMNS, list(users.columns)
    report, number = Report(), 0
    conn = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    while True:
        number += 1
        id, n, row = SPEC["first"] + number, number % 1000, number % 200 + 1
        full = {"id": id, "amount": n, "w": n, **{name: "v" for name in NAMES}}
        from sqlalchemy.dialects.postgresql import insert

        upsert = insert(users).values(**full).on_conflict_do_update(index_elements=["id"], set_={"w": n, "amount": n})
        for statement in [
            sa.select(users).where(users.c.id == row),
            users.update().where(users.c.id == row).values(amount=n, w=n).returning(users),
            users.insert().values(**full).returning(users),
            upsert.returning(users),
            sa.insert(users).values([{**full, "id": id + 250_000}, {**full, "id": id + 500_000}]).returning(users),
            sa.select(users.c.id, sa.func.sum(users.c.amount)).where(users.c.id == row).group_by(users.c.id),
            users.delete().where(users.c.id.in_([id + 250_000, id + 500_000])).returning(users),
        ]:
            report.requests += 1
            try:
                found = conn.execute(statement)
                check(report, list(found.keys()), found.fetchone())
            except Exception as error:
                report.fail(error)
        if number == 3:
            print("ready", flush=True)
        if over():
            return report.done()


def django_client():
    import django
    from django.conf import settings
    from urllib.parse import urlsplit

    at = urlsplit(URL)
    settings.configure(DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": at.path[1:], "HOST": at.hostname, "PORT": at.port, "USER": at.username,
        "OPTIONS": {"options": f"-c search_path={PATH}"}}}, USE_TZ=True)
    django.setup()
    from django.db import models

    fields = {name: models.TextField(null=True) for name in [*NAMES, *(["note"] if "note" in COLUMNS else [])]}
    meta = type("Meta", (), {"app_label": "app", "db_table": "users", "managed": False})
    User = type("User", (models.Model,), {"__module__": "app", "Meta": meta, "id": models.BigIntegerField(primary_key=True),
                                          "amount": models.BigIntegerField(), "w": models.BigIntegerField(), **fields})
    report, number = Report(), 0
    while True:
        number += 1
        id, n, row = SPEC["first"] + number, number % 1000, number % 200 + 1
        full = {"amount": n, "w": n, **{name: "v" for name in NAMES}}

        def read():
            user = User.objects.get(id=row)
            report.wrong += user.amount != user.w

        for work in [
            read,
            lambda: User.objects.filter(id=row).update(amount=n, w=n),
            lambda: User(id=id, **full).save(),
            lambda: User.objects.update_or_create(id=id, defaults=full),
            lambda: User.objects.bulk_create([User(id=id + 250_000, **full)], update_conflicts=True,
                                             unique_fields=["id"], update_fields=["w", "amount"]),
            lambda: list(User.objects.filter(id=row).annotate(total=models.Sum("amount"))),
            lambda: User.objects.filter(id=id + 250_000).delete(),
        ]:
            report.requests += 1
            try:
                work()
            except Exception as error:
                report.fail(error)
        if number == 3:
            print("ready", flush=True)
        if over():
            return report.done()


def asyncpg_client():
    import asyncio

    import asyncpg

    async def work():
        conn = await asyncpg.connect(URL, server_settings={"search_path": PATH})
        report, number = Report(), 0
        while True:
            number += 1
            for sql, values, returns in statements(number):
                report.requests += 1
                try:
                    rows = await conn.fetch(sql, *values)
                    if returns:
                        check(report, list(rows[0].keys()), list(rows[0].values()))
                except Exception as error:
                    report.fail(error, sql)
            if number == 3:
                print("ready", flush=True)
            if over():
                return report.done()

    asyncio.run(work())


{"psycopg": psycopg_client, "psycopg-prepared": psycopg_client, "asyncpg": asyncpg_client,
 "sqlalchemy": sqlalchemy_client, "django": django_client}[CLIENT]()
