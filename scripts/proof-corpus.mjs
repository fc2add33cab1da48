// Runs the corpus of forged and honest runs (test/fixtures/proof) through the built program, and says which case came out
// otherwise than it must: node scripts/proof-corpus.mjs [CASE ...]
//
//   CASE            forged/NAME, honest/NAME, NAME, with * for any text; by default all
//   --jobs N        cases at once; by default as many as there are cores
//   --program FILE  another build of crossfold than dist/main.js
//   --json FILE     writes what came of every case
//   --keep          leaves the workspaces where they are, and names them
//
// Exits with 1 where a forged run counts, an honest one is refused, or anything else is not as the case says.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  hasCompetition,
  missingPackages,
  prepareEnvironment,
} from "./proof-corpus/environment.mjs";
import { judge } from "./proof-corpus/judge.mjs";
import { startOracle } from "./proof-corpus/oracle.mjs";
import { runCase, spellings } from "./proof-corpus/run-case.mjs";

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const corpus = path.join(repository, "test", "fixtures", "proof");
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: "string", default: String(availableParallelism()) },
    program: { type: "string", default: path.join(repository, "dist", "main.js") },
    json: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const program = path.resolve(options.program);

const started = Date.now();
const shared = await prepareEnvironment(repository, corpus);
const cases = await readCases();
if (cases.length === 0) throw new Error(`no case is called ${wanted.join(" or ")}`);
const missing = await missingPackages(shared, [...new Set(cases.flatMap(({ needs }) => needs))]);
const oracle = startOracle(shared.python, corpus, shared.env);
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "crossfold-proof-")));
for (const name of ["SIGINT", "SIGTERM"])
  process.once(name, () => {
    cleanUp();
    process.exit(1);
  });
const results = [];
await atOnce(Number(options.jobs), cases, async (one) => {
  const result = await runOne(one);
  results.push(result);
  if (result.verdict !== "passed") report(result);
});
oracle.close();
await summarize();
cleanUp();

async function readCases() {
  const all = [];
  for (const kind of ["forged", "honest"])
    for (const name of (await readdir(path.join(corpus, kind))).toSorted()) {
      const folder = path.join(corpus, kind, name);
      const text = await readFile(path.join(folder, "case.json"), "utf8");
      all.push({ ...JSON.parse(text), case: `${kind}/${name}`, honest: kind === "honest", folder });
    }
  const patterns = wanted.map((text) => {
    const source = text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^((forged|honest)/)?${source}$`);
  });
  return all.filter((one) => wanted.length === 0 || patterns.some((each) => each.test(one.case)));
}

/** A case with `--debug` among its arguments has to come out right both ways. */
async function runOne(one) {
  const at = Date.now();
  const tries = [];
  for (const spelling of spellingsOf(one)) {
    const first = await runSpelled(one, spelling);
    // A script that ended otherwise than it should proves nothing: it has one more try on a busy machine.
    tries.push(first.verdict === "broken" ? await runSpelled(one, spelling) : first);
  }
  const worst = tries.find(({ verdict }) => verdict !== "passed") ?? tries[0];
  return {
    case: one.case,
    title: one.title,
    expect: one.expect,
    ...worst,
    reasons: tries.flatMap(({ reasons }) => reasons),
    notes: tries.flatMap(({ notes }) => notes),
    seconds: (Date.now() - at) / 1000,
  };
}

function spellingsOf({ arguments: words, actions }) {
  const all = [...words, ...actions.flatMap((action) => action.arguments ?? [])];
  return all.includes("--debug") ? spellings : spellings.slice(0, 1);
}

async function runSpelled(one, spelling) {
  const lacks = one.needs.filter((name) => missing.includes(name));
  if (!hasCompetition(shared, one.competition)) lacks.push(one.competition);
  if (lacks.length > 0)
    return { verdict: "skipped", reasons: [`there is no ${lacks.join(" and no ")}`], notes: [] };
  try {
    const { keep } = options;
    const bench = { repository, shared, program, one, spelling, keep, scratch };
    const result = await runCase(bench, (came) => judge(one, came, oracle.ask));
    if (spelling === spellings[0]) return result;
    return { ...result, reasons: result.reasons.map((text) => `as train --debug: ${text}`) };
  } catch (error) {
    return { verdict: "broken", reasons: [`the runner failed: ${error.stack}`], notes: [] };
  }
}

async function atOnce(count, items, work) {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

function report({ case: name, verdict, reasons, notes }) {
  console.log(`${verdict}: ${name}: ${[...reasons, ...notes].join("; ").replaceAll("\n", " ")}`);
}

function countOf(verdict) {
  return results.filter((each) => each.verdict === verdict).length;
}

async function summarize() {
  const honest = cases.filter((one) => one.honest).length;
  const counts = {
    forged: cases.length - honest,
    honest,
    forged_that_count: countOf("forged counts"),
    honest_refused: countOf("honest refused"),
    otherwise: countOf("differs"),
    broken: countOf("broken"),
    skipped: countOf("skipped"),
  };
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `${cases.length} cases in ${seconds} s; otherwise not as expected: ${counts.otherwise}\n` +
      `forged that count: ${counts.forged_that_count} of ${counts.forged}, ` +
      `honest refused: ${counts.honest_refused} of ${counts.honest}, ` +
      `broken cases: ${counts.broken}, skipped: ${counts.skipped}`,
  );
  if (options.json !== undefined) {
    const sorted = results.toSorted((a, b) => a.case.localeCompare(b.case));
    const text = JSON.stringify({ program, counts, seconds, cases: sorted }, null, 2);
    await writeFile(options.json, `${text}\n`);
  }
  const { forged_that_count, honest_refused, otherwise, broken } = counts;
  if (forged_that_count + honest_refused + otherwise + broken > 0) process.exitCode = 1;
}

/** An interrupt leaves no workspaces behind. */
function cleanUp() {
  if (!options.keep) rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
