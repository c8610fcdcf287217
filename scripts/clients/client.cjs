// An application in JavaScript, on the stack that CLIENT names; see matrix.py.

const { PGURL, SEARCH_PATH, CLIENT, SPEC } = process.env;
const { name: NAMES, columns: COLUMNS, first: FIRST } = JSON.parse(SPEC);

const report = { requests: 0, failed: 0, failures: [], wrong: 0 };
let over = false;
process.stdin.on("data", () => (over = true));
process.stdin.on("end", () => (over = true));

// SQL with $1…, its values, and whether a row comes back.
function statements(number) {
  const id = FIRST + number;
  const n = number % 1000;
  const row = (number % 200) + 1;
  const last = NAMES[NAMES.length - 1];
  const values = { id, amount: n, state: "old", note: "y", w: n };
  for (const name of NAMES) values[name] = "v";
  const full = COLUMNS.map((column) => values[column]);
  const listed = COLUMNS.join(", ");
  const marks = COLUMNS.map((_, at) => `$${at + 1}`).join(", ");
  return [
    ["SELECT * FROM users WHERE id = $1", [row], true],
    ["UPDATE users SET amount = $1, w = $2 WHERE id = $3 RETURNING *", [n, n, row], true],
    [`INSERT INTO users (${listed}) VALUES (${marks}) RETURNING *`, full, true],
    [
      `INSERT INTO users (${listed}) VALUES (${marks}) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, ` +
        `w = excluded.w, ${last} = excluded.${last} RETURNING *`,
      full,
      true,
    ],
    [`INSERT INTO users VALUES (${marks})`, full.map((v, at) => (COLUMNS[at] === "id" ? v + 250000 : v)), false],
    ["UPDATE users SET amount = amount + 1, w = w + 1 WHERE id = $1 AND w = $2", [row, n], false],
    ["SELECT id, count(*), sum(amount) FROM users WHERE id = $1 GROUP BY id", [row], true],
    ["DELETE FROM users WHERE id = $1", [id + 250000], false],
  ];
}

async function connect() {
  if (CLIENT.startsWith("node-pg")) {
    const { Client } = require("pg");
    const client = new Client({ connectionString: PGURL, options: `-c search_path=${SEARCH_PATH}` });
    await client.connect();
    const named = CLIENT === "node-pg-named";
    return async (sql, values) => (await client.query(named ? { name: sql.slice(0, 60) + sql.length, text: sql, values } : { text: sql, values })).rows;
  }
  if (CLIENT === "postgres.js") {
    const sql = require("postgres")(PGURL, { max: 1, connection: { search_path: SEARCH_PATH } });
    return async (text, values) => sql.unsafe(text, values, { prepare: true });
  }
  if (CLIENT === "knex") {
    const knex = require("knex")({ client: "pg", connection: PGURL, searchPath: SEARCH_PATH.split(","), pool: { min: 1, max: 1 } });
    return async (text, values) => (await knex.raw(text.replace(/\$\d+/g, "?"), values)).rows;
  }
  if (CLIENT === "drizzle") {
    const { Pool } = require("pg");
    const { drizzle } = require("drizzle-orm/node-postgres");
    const { sql } = require("drizzle-orm");
    const pool = new Pool({ connectionString: PGURL, max: 1, options: `-c search_path=${SEARCH_PATH}` });
    const db = drizzle(pool);
    return async (text, values) => {
      const parts = text.split(/\$\d+/);
      const query = sql.empty();
      parts.forEach((part, at) => {
        query.append(sql.raw(part));
        if (at < values.length) query.append(sql`${values[at]}`);
      });
      return (await db.execute(query)).rows;
    };
  }
  throw new Error(`no client ${CLIENT}`);
}

(async () => {
  const run = await connect();
  for (let number = 1; !over || number <= 3; number++) {
    for (const [sql, values, returns] of statements(number)) {
      report.requests++;
      try {
        const rows = await run(sql, values);
        const row = returns && rows[0];
        if (row && "w" in row) {
          const same = Object.keys(row).join() === COLUMNS.join();
          if (!same || Number(row.amount) !== Number(row.w)) report.wrong++;
        }
      } catch (error) {
        report.failed++;
        const said = `${error.code}: ${error.message} in ${sql.slice(0, 60)}`;
        if (report.failures.length < 5 && !report.failures.includes(said)) report.failures.push(said);
      }
    }
    if (number === 3) console.log("ready");
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(JSON.stringify(report));
  process.exit(0);
})();
