// Planted leaks that the rules find, and honest scripts that they accuse, in test/fixtures/leaks.
//
//     node scripts/leak-corpus.mjs [--all]
//
// A line for each miss and each false accusation; with --all also one for each further finding. Exit code 1 where
// there is a miss or an accusation.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const corpus = path.join(root, "test", "support", "leak-corpus.ts");
const { module } = await runnerImport(corpus, { configFile: false, root, logLevel: "error" });

const judged = module.leakScripts().map(module.judgeScript);
const leaky = judged.filter(({ script }) => script.leak !== null);
const honest = judged.filter(({ script }) => script.leak === null);
const missed = leaky.filter(({ found }) => !found);
const accused = honest.filter(({ accusations }) => accusations.length > 0);

for (const { script } of missed) {
  const { line, kind, sentence } = script.leak;
  console.log(`missed   ${script.file}:${line} ${kind}: ${sentence}`);
}
for (const { script, accusations } of accused) {
  for (const one of accusations) console.log(`accused  ${place(script, one)}`);
}
if (process.argv.includes("--all")) {
  for (const { script, others } of judged) {
    for (const one of others) console.log(`besides  ${place(script, one)}`);
  }
}
console.log(`planted leaks found ${leaky.length - missed.length} of ${leaky.length}`);
console.log(`honest scripts accused ${accused.length} of ${honest.length}`);
process.exitCode = missed.length + accused.length > 0 ? 1 : 0;

function place({ file }, { line, code, severity, message }) {
  return `${file}:${line} ${code} ${severity}: ${message}`;
}
