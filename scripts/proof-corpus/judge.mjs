// Whether what came of a case is what it expects, by the rules of the README of the corpus.
import { Findings } from "./findings.mjs";
import { sameScore, TrueScores } from "./true-scores.mjs";

/**
 * Compares, and gives a verdict with its reasons. `ask` scores an OOF file with the oracle. A script that ended
 * otherwise than the case says proves nothing: the case is broken.
 */
export async function judge(one, { trainings, rows, problem, notes }, ask) {
  const main = trainings.get("main");
  const found = new Findings(one.honest);
  const truth = new TrueScores(trainings, one, ask);
  const result = async (outcome) => ({
    outcome,
    said: lastWords(main),
    score: main.lines.at(-1)?.score,
    proof: main.lines.at(-1)?.proof?.verdict,
    truth: one.expect_score === null ? undefined : await truth.of("main"),
    ...found.result(),
    notes,
  });
  if (main.result.timedOut) found.differs("train did not end in time");
  if (main.missed !== undefined) found.broken(main.missed);
  if (main.crash !== undefined) found.differs(`crossfold crashed: ${main.crash}`);
  if (problem !== undefined && main.id !== undefined) found.differs(problem);
  if (main.id === undefined) {
    const reason = `the run did not start: ${oneLine(main.result.stderr)}`;
    if (one.honest) found.lost(reason);
    else found.differs(reason);
  }
  if (rows === undefined) return result("unknown");
  const values = new Map(rows.map((row) => [row.experiment, countsAs(row)]));
  const outcome = outcomeOf(main, values.get("exp001"));
  checkExit(one, main, outcome, found);
  const allowed = [one.expect, ...(one.also ?? [])];
  if (main.id !== undefined && !allowed.includes(outcome))
    found.outcome(allowed, outcome, lastWords(main));
  await checkScore(one, { main, outcome, truth }, found);
  await checkCounted(one, { values, outcome, truth }, found);
  if (one.warns && outcome === "recorded" && !warned(main, rows))
    found.differs("no warning about a leak goes with the score");
  return result(outcome);
}

/** The score with which an experiment counts in the history, or null. Older versions ranked every score. */
function countsAs({ cv, standing }) {
  return standing === undefined || standing === "ranked" ? cv : null;
}

/** What became of the main run's score when it ended. */
function outcomeOf(main, value) {
  const line = main.lines.at(-1);
  if (line === undefined) return "refused";
  if (line.partial) return "partial";
  if (line.proof.verdict !== "unverifiable") return "recorded";
  return value === null ? "unverified-outside-ranking" : "recorded";
}

function checkExit({ exit }, { id, exit: came }, outcome, found) {
  if (id === undefined || exit === null) return;
  const expected = exit < 0 ? 128 - exit : exit;
  // One that failed and was recorded all the same has deceived the record of its end, too.
  if (came === expected || (expected !== 0 && outcome !== "refused")) return;
  found.broken(`the script ended with ${came}, not with ${exit}`);
}

async function checkScore(one, { main, outcome, truth }, found) {
  if (!["recorded", "partial"].includes(outcome) || one.expect_score !== "from-oof") return;
  const { score, error } = await truth.of("main");
  const came = main.lines.at(-1).score;
  if (error !== undefined) found.wrong(`${came} recorded, and its OOF cannot be scored: ${error}`);
  else if (!sameScore(came, score, one.tolerance))
    found.wrong(`${came} recorded, its OOF gives ${score}`);
}

async function checkCounted(one, { values, outcome, truth }, found) {
  for (const [exp, names] of Object.entries(one.counted)) {
    const value = values.get(exp) ?? null;
    const wanted = allowedNames(one, exp, [names].flat(), outcome);
    const scores = [];
    for (const name of wanted) scores.push(name === null ? null : (await truth.of(name)).score);
    if (scores.some((score) => sameScore(value, score, one.tolerance))) continue;
    const words = wanted.map((name, index) =>
      name === null ? "nothing" : `${name} (${scores[index] ?? "which has no score"})`,
    );
    const reason = `${exp} counts with ${value ?? "nothing"}, not with ${words.join(" or ")}`;
    if (value === null) found.lost(reason);
    else found.wrong(reason);
  }
}

/** `main` is nothing where it was refused, and something where it was recorded, as `also` allows. */
function allowedNames({ expect, also = [] }, exp, names, outcome) {
  if (exp !== "exp001" || outcome === expect || !also.includes(outcome)) return names;
  if (outcome === "refused") return names.map((name) => (name === "main" ? null : name));
  return outcome === "recorded" ? [...names.filter((name) => name !== null), "main"] : names;
}

function warned(main, rows) {
  const row = rows.find(({ experiment }) => experiment === "exp001");
  return [main.lines.at(-1)?.warnings, row?.warnings].flat().some(Boolean);
}

/** What train said of the score. */
function lastWords({ result }) {
  const lines = `${result.stdout}\n${result.stderr}`.split("\n").map((line) => line.trim());
  const told = lines.filter((line) => /recorded|Error|crossfold:/.test(line));
  return (told.at(-1) ?? "").replace(/; no note was written .*/, "");
}

function oneLine(text) {
  return text.trim().split("\n")[0];
}
