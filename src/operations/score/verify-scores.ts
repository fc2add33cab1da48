import path from "node:path";
import pLimit from "p-limit";
import type { Context } from "../../core/context.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { CvEntry } from "../../core/score/ledger.ts";
import type { LineVerdict } from "../../core/score/verification.ts";
import { counted } from "../../core/text/counted.ts";
import { hashData } from "../../storage/files/hashes.ts";
import { fingerprint, type LedgerLine, readLedgerLines } from "../../storage/score/ledger-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { type HashData, verifyLine } from "./verify-line.ts";

/** A CV line of a ledger, and what verifying it came to. */
export interface VerifiedLine {
  experiment: string;
  line: number;
  sha256: string;
  entry: CvEntry;
  verdict: LineVerdict;
}

/** Each proof may take a good part of the memory. */
const atOnce = 2;
const newsEvery = 100;

/**
 * Verifies every CV line of these experiments, in their order. A file that cannot be read hides nothing else: a line that
 * is none is a problem, and so is a whole ledger that cannot be read.
 */
export async function verifyScores(
  context: Pick<Context, "env" | "progress">,
  ws: Workspace,
  experiments: readonly string[],
): Promise<{ lines: VerifiedLine[]; problems: Problem[] }> {
  const read = await Promise.all(experiments.map((name) => readCvLines(ws, name)));
  const asked = read.flatMap(({ lines }) => lines);
  if (asked.length > 0) context.progress.step(`verifying ${counted(asked.length, "score")}`);
  const hashes = hashOnce(ws);
  const limit = pLimit(atOnce);
  let done = 0;
  const judged = asked.map((one) =>
    limit(async () => {
      const verdict = await judge(context, ws, one, hashes);
      done += 1;
      context.progress.portion(done, asked.length, "scores");
      if (done % newsEvery === 0) context.progress.step(`${done} of ${asked.length} verified`);
      return { ...one, verdict };
    }),
  );
  return {
    lines: withoutSecond(await Promise.all(judged)),
    problems: read.flatMap(({ problems }) => problems),
  };
}

type AskedLine = Omit<VerifiedLine, "verdict">;

async function readCvLines(
  ws: Workspace,
  experiment: string,
): Promise<{ lines: AskedLine[]; problems: Problem[] }> {
  const file = paths.ledger(ws, experiment);
  const problems: Problem[] = [];
  const read = await readLedgerLines(ws, experiment).catch((error: unknown) => {
    problems.push(problemOf(error, file));
    return [];
  });
  const known = new Set(read.flatMap(({ entry }) => (isCv(entry) ? [entry.run] : [])));
  const lines = read.flatMap((one) => {
    const { line, entry } = one;
    const problem = (message: string) => problems.push({ message, at: { file, line } });
    if (typeof entry === "string") problem(entry);
    else if (entry.kind === "lb" && entry.run != null && !known.has(entry.run))
      problem(`the LB is of run ${entry.run}, which has no CV line here: it is set against none`);
    if (typeof entry === "string" || entry.kind !== "cv") return [];
    return [{ experiment, line, sha256: fingerprint(one), entry }];
  });
  return { lines, problems };
}

function isCv(entry: LedgerLine["entry"]): entry is CvEntry {
  return typeof entry !== "string" && entry.kind === "cv";
}

async function judge(
  context: Pick<Context, "env" | "progress">,
  ws: Workspace,
  { experiment, entry }: AskedLine,
  hashes: HashData,
): Promise<LineVerdict> {
  try {
    return await verifyLine(context, ws, experiment, entry, hashes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The environment that a metric of the user's own needs is not there: that says nothing of the score.
    if (code === "metric-environment") return { outcome: "unverified", why: [message] };
    if (!(error instanceof UserError) && code === undefined) throw error;
    return {
      outcome: "not-kept",
      why: [`its record cannot be read: ${message}`],
    };
  }
}

/** Each data file is read once. */
function hashOnce(ws: Workspace): HashData {
  const known = new Map<string, Promise<string | undefined>>();
  return async (file) => {
    const hash =
      known.get(file) ??
      hashData(ws, [file]).then((hashes) => hashes[path.relative(ws.root, file)]);
    known.set(file, hash);
    return hash;
  };
}

/** A run has one score: of two lines that its record bears out, the first. */
function withoutSecond(lines: readonly VerifiedLine[]): VerifiedLine[] {
  const first = new Map<string, number>();
  return lines.map((one) => {
    if (one.verdict.outcome === "contradicted") return one;
    const key = `${one.experiment} ${one.entry.run}`;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, one.line);
      return one;
    }
    const why = [`run ${one.entry.run} has line ${before} already`];
    return { ...one, verdict: { outcome: "contradicted", why } };
  });
}
