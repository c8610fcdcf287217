"""Runs stacks of applications as release N and N+1 through every stage, each through its own version schema.

    matrix.py MIDFLIGHT POSTGRES_BIN CLIENT=COMMAND...

A client is a program that is told by its environment where to work (`PGURL`, `SEARCH_PATH`) and what its release knows
(`SPEC`, JSON). It says `ready` after its first round, works until its input ends, and then prints one line of JSON with
`requests`, `failed` with some `failures`, and `wrong`. Prints a row for each migration, and fails where a cell is not 0. With `STRAIGHT` in the
environment all work straight on the tables, and it fails where no cell shows that.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

BEFORE = """
CREATE TYPE state AS ENUM ('new', 'old');
CREATE TABLE users (id integer PRIMARY KEY, name text, amount integer NOT NULL DEFAULT 0, state text DEFAULT 'new',
                    note text, w bigint);
INSERT INTO users SELECT n, 'n ' || n, n, 'new', 'x', n FROM generate_series(1, 200) n;
"""

OLD = {"name": ["name"], "columns": ["id", "name", "amount", "state", "note", "w"]}


def new(**changes):
    return {**OLD, **changes}


# The migration, and what the new release knows.
MIGRATIONS = {
    "rename": ("ALTER TABLE users RENAME COLUMN name TO full_name;",
               new(name=["full_name"], columns=["id", "full_name", "amount", "state", "note", "w"])),
    "split": ("""operations:
  - transform_columns:
      table: users
      from: [name]
      to: [{name: first_name, type: text}, {name: last_name, type: text}]
      up: {first_name: "split_part(name, ' ', 1)", last_name: "nullif(split_part(name, ' ', 2), '')"}
      down: {name: "concat_ws(' ', first_name, last_name)"}
""", new(name=["first_name", "last_name"],
         columns=["id", "amount", "state", "note", "w", "first_name", "last_name"])),
    "type": ("ALTER TABLE users ALTER COLUMN amount TYPE bigint;", OLD),
    "key": ("ALTER TABLE users ALTER COLUMN id TYPE bigint;", OLD),
    "drop": ("ALTER TABLE users DROP COLUMN note;", new(columns=["id", "name", "amount", "state", "w"])),
    "not_null": ("ALTER TABLE users ALTER COLUMN name SET NOT NULL;", OLD),
    "enum": ("""ALTER TABLE users ALTER COLUMN state DROP DEFAULT;
-- midflight: reverse state = state::text
ALTER TABLE users ALTER COLUMN state TYPE state USING state::state;
ALTER TABLE users ALTER COLUMN state SET DEFAULT 'new';
""", OLD),
}


class Server:
    def __init__(self, programs):
        self.folder = tempfile.mkdtemp(prefix="midflight-clients-")
        self.programs = programs
        self.user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self.user = ["runuser", "-u", "postgres", "--"]
        self.run("initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres", "--no-sync")
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o",
                 f"-c listen_addresses=127.0.0.1 -c port={PORT} -c unix_socket_directories={self.folder} -c fsync=off", "start")

    def run(self, program, *arguments):
        command = [*self.user, os.path.join(self.programs, program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database):
        return f"postgresql://postgres@127.0.0.1:{PORT}/{database}"

    def psql(self, database, sql):
        ran = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.url(database)], input=sql, check=True,
                             capture_output=True, text=True)
        return ran.stdout.strip()


STRAIGHT = "STRAIGHT" in os.environ
PORT = int(os.environ.get("MIDFLIGHT_CLIENTS_PORT", "54871"))


class Client:
    def __init__(self, name, command, url, version, spec, number):
        path = "public" if STRAIGHT else f"{version},public"
        environment = {**os.environ, "PGURL": url, "SEARCH_PATH": path, "CLIENT": name,
                       "SPEC": json.dumps({**spec, "first": number * 1_000_000})}
        self.name = name
        self.process = subprocess.Popen(shlex.split(command), env=environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ready(self):
        line = self.process.stdout.readline().strip()
        if line != "ready":
            raise SystemExit(f"{self.name} did not start: {line}")

    def stop(self):
        out, _ = self.process.communicate("\n", timeout=60)
        return json.loads(out.strip().splitlines()[-1])


def carry(server, midflight, clients, name, text, spec, back):
    """One migration. Gives what each client met, as N and as N+1."""
    database = f"c_{name}" + ("_back" if back else "")
    server.psql("postgres", f"CREATE DATABASE {database}")
    server.psql(database, BEFORE)
    folder = tempfile.mkdtemp(prefix="midflight-clients-")
    os.mkdir(f"{folder}/migrations")
    write = lambda path, text: open(f"{folder}/{path}", "w").write(text)
    write("midflight.yaml", "version_schemas: true\n")
    write("migrations/0001_before.sql", "SELECT 1;\n")
    ending = "yaml" if text.startswith("operations") else "sql"
    environment = {**os.environ, "DATABASE_URL": server.url(database)}

    def run(*arguments):
        ran = subprocess.run([midflight, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
        if ran.returncode != 0:
            raise SystemExit(f"{name}: midflight {' '.join(arguments)}: {ran.stdout}{ran.stderr}")
        return ran.stdout.strip()

    def start(release, version, spec):
        started = [Client(client, command, server.url(database), version, spec, number * 2 + release + 1)
                   for number, (client, command) in enumerate(clients)]
        for client in started:
            client.ready()
        return started

    run("baseline", "--through", "0001_before")
    old = start(0, run("schema"), OLD)
    write(f"migrations/0002_{name}.{ending}", text)
    met = {}
    if back:
        run("expand", "--release", "2")
        run("backfill")
        run("rollback")
    run("expand", "--release", "2")
    run("backfill")
    recent = start(1, run("schema", "--latest"), spec)
    run("verify")
    for client in old:
        met[client.name, "N"] = client.stop()
    run("contract", "--release", "3")
    for client in recent:
        met[client.name, "N+1"] = client.stop()
    wrong = server.psql(database, "SELECT count(*) FROM public.users WHERE amount <> w")
    shutil.rmtree(folder)
    return met, int(wrong)


def main():
    midflight, programs, *rest = sys.argv[1:]
    clients = [tuple(one.split("=", 1)) for one in rest]
    server = Server(programs)
    failed = False
    try:
        for name, (text, spec) in MIGRATIONS.items():
            for back in [False, True] if name == "rename" else [False]:
                met, wrong = carry(server, midflight, clients, name, text, spec, back)
                label = name + (" and back" if back else "")
                for client, _ in clients:
                    cells = []
                    for release in ["N", "N+1"]:
                        found = met[client, release]
                        failed |= found["failed"] + found["wrong"] > 0
                        cells.append(f"{release}: {found['requests']} requests, {found['failed']} failed, "
                                     f"{found['wrong']} wrong")
                        cells.extend(found["failures"][:3])
                    print(f"{label:16} {client:18} {'; '.join(cells)}", flush=True)
                failed |= wrong > 0
                print(f"{label:16} {wrong} wrong rows in the end", flush=True)
    finally:
        server.stop()
    sys.exit(1 if failed != STRAIGHT else 0)


if __name__ == "__main__":
    main()
