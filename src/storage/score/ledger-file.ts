import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import path from "node:path";
import { type CvEntry, type LedgerEntry, ledgerEntrySchema } from "../../core/score/ledger.ts";
import type { LineVerdict } from "../../core/score/verification.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import { maskValue } from "../../core/secrets/mask.ts";
import { isTooDeep } from "../../core/text/nesting.ts";
import { workspaceSecrets } from "../workspace/workspace-secrets.ts";
import { writeFailure } from "../files/atomic-write.ts";
import { readLooseText } from "../files/read-text.ts";
import { withWorkspaceLock } from "../workspace/workspace-lock.ts";
import { withNewKeys } from "../old-keys.ts";
import { paths } from "../workspace/paths.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { readVerified, type VerifiedExperiment } from "./verified-file.ts";

export interface Ledger {
  /** What counts, oldest first. */
  entries: LedgerEntry[];
  /** CV lines whose run says otherwise, as the last `verify` found: they count for nothing. */
  contradicted: CvEntry[];
  /** What the last `verify` found of both; it has not seen an entry that is not there. */
  verdicts: Map<CvEntry, LineVerdict>;
  problems: Problem[];
}

/** A line of a ledger with its number and its text. */
export interface LedgerLine {
  line: number;
  text: string;
  /** A sentence where the line cannot be read. */
  entry: LedgerEntry | string;
}

/**
 * The scores of an experiment that count, oldest first. A line that cannot be read becomes a problem and hides no other;
 * so does one that the last `verify` contradicted, and a second one for the same run. Throws a UserError where the file
 * cannot be read: what is decided by the scores must not take them for none.
 */
export async function readLedger(ws: Pick<Workspace, "root">, experiment: string): Promise<Ledger> {
  const file = paths.ledger(ws, experiment);
  const [text, verified] = await Promise.all([readText(file), readVerified(ws)]);
  return ledgerOfText(text, file, verified[experiment]);
}

/** As `readLedger`; a ledger that cannot be read is a problem too, and has no entries. */
export async function readLedgerOrProblem(
  ws: Pick<Workspace, "root">,
  experiment: string,
): Promise<Ledger> {
  return readLedger(ws, experiment).catch((error: unknown) =>
    unreadLedger(problemOf(error, paths.ledger(ws, experiment))),
  );
}

/** One that cannot be read. */
export function unreadLedger(problem: Problem): Ledger {
  return { entries: [], contradicted: [], verdicts: new Map(), problems: [problem] };
}

/** Every line of an experiment's ledger as it stands in the file, whatever it counts for. */
export async function readLedgerLines(ws: Workspace, experiment: string): Promise<LedgerLine[]> {
  return parseLines(await readText(paths.ledger(ws, experiment)));
}

/**
 * Appends the entry that `next` makes from what is there, or nothing where it makes none. Reading and writing happen
 * under one lock, so that nothing is recorded twice. Returns the entry that was written.
 */
export async function appendLedger<Entry extends LedgerEntry>(
  ws: Workspace,
  experiment: string,
  next: (ledger: Ledger) => Entry | undefined,
): Promise<Entry | undefined> {
  const [entry] = await appendLedgerEntries(ws, experiment, (ledger) => {
    const made = next(ledger);
    return made === undefined ? [] : [made];
  });
  return entry;
}

/** As appendLedger, for several entries in one go. */
export async function appendLedgerEntries<Entry extends LedgerEntry>(
  ws: Workspace,
  experiment: string,
  next: (ledger: Ledger) => Entry[],
): Promise<Entry[]> {
  const file = paths.ledger(ws, experiment);
  return withWorkspaceLock(ws, `scores-${experiment}`, async () => {
    const [text, verified] = await Promise.all([readText(file), readVerified(ws)]);
    const made = next(ledgerOfText(text, file, verified[experiment]));
    const entries = maskValue(made, await workspaceSecrets(ws.root, {}));
    if (entries.length === 0) return entries;
    // A line cut short by a crash stays a line of its own.
    const gap = text === "" || text.endsWith("\n") ? "" : "\n";
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`);
    await appendDurably(file, gap + lines.join(""));
    return entries;
  });
}

/** The lines of a ledger, empty ones left out. */
export function parseLines(text: string): LedgerLine[] {
  return text.split("\n").flatMap((raw, index) => {
    const line = raw.trim();
    if (line === "") return [];
    return [{ line: index + 1, text: line, entry: parseEntry(line) }];
  });
}

/** What tells a line from the same one edited: the SHA-256 of its text. */
export function fingerprint({ text }: LedgerLine): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A line as far as it decides what counts. */
export interface CountedLine {
  line: number;
  sha256: string;
  entry: string | { kind: "cv"; run: string } | { kind: "lb" };
}

/** Which lines of a ledger count. */
export interface CountedLines<Line> {
  counting: Line[];
  /** CV lines that the last `verify` contradicted. */
  contradicted: Line[];
  /** What it found of both; it has not seen a line that is not there. */
  verdicts: Map<Line, LineVerdict>;
  problems: Problem[];
}

export function countLines<Line extends CountedLine>(
  lines: readonly Line[],
  file: string,
  verified: VerifiedExperiment | undefined,
): CountedLines<Line> {
  const counted: CountedLines<Line> = {
    counting: [],
    contradicted: [],
    verdicts: new Map(),
    problems: [],
  };
  const lineOf = new Map<string, number>();
  for (const one of lines) {
    const { line, entry, sha256 } = one;
    const problem = (message: string) => counted.problems.push({ message, at: { file, line } });
    if (typeof entry === "string") problem(entry);
    else if (entry.kind !== "cv") counted.counting.push(one);
    else {
      const verdict = verified?.lines[sha256];
      const before = lineOf.get(entry.run);
      if (verdict?.outcome === "contradicted") {
        counted.contradicted.push(one);
        problem(contradictedText(entry, verdict, verified!.at));
      } else if (before !== undefined) {
        problem(`run ${entry.run} has line ${before} already: this one counts for nothing`);
        continue;
      } else {
        counted.counting.push(one);
        lineOf.set(entry.run, line);
      }
      if (verdict !== undefined) counted.verdicts.set(one, verdict);
    }
  }
  return counted;
}

/** What is counted of lines, as their entries. */
export function ledgerOf<Line>(
  { counting, contradicted, verdicts, problems }: CountedLines<Line>,
  entryOf: (line: Line) => LedgerEntry,
): Ledger {
  const entries = new Map([...counting, ...contradicted].map((line) => [line, entryOf(line)]));
  const cvOf = (line: Line) => entries.get(line) as CvEntry;
  return {
    entries: counting.map((line) => entries.get(line)!),
    contradicted: contradicted.map(cvOf),
    verdicts: new Map([...verdicts].map(([line, verdict]) => [cvOf(line), verdict])),
    problems,
  };
}

function ledgerOfText(
  text: string,
  file: string,
  verified: VerifiedExperiment | undefined,
): Ledger {
  const lines = parseLines(text).map((one) => Object.assign(one, { sha256: fingerprint(one) }));
  return ledgerOf(countLines(lines, file, verified), ({ entry }) => entry as LedgerEntry);
}

function contradictedText({ run }: { run: string }, { why }: LineVerdict, at: string): string {
  return `the score of run ${run} counts no more: ${why[0] ?? "its run says otherwise"} (verify, ${at.slice(0, 10)})`;
}

function parseEntry(line: string): LedgerEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "not a complete line of JSON: cut short, or left by a merge; the other lines still count";
  }
  if (isTooDeep(value)) return "not a score line: nested too deeply";
  const result = ledgerEntrySchema.safeParse(withNewKeys("ledger", value));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  return `not a score line: ${issue.path.join(".") || "line"}: ${issue.message}`;
}

async function readText(file: string): Promise<string> {
  return (await readLooseText(file)) ?? "";
}

/** Appends with O_APPEND and fsync. Where the disk fills up on the way, the file is as long as before. */
export async function appendDurably(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, "a");
    try {
      const { size } = await handle.stat();
      await writeAndSync(handle, text).catch(async (error: unknown) => {
        await handle.truncate(size);
        throw error;
      });
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeFailure(file, error);
  }
}

async function writeAndSync(handle: FileHandle, text: string): Promise<void> {
  await handle.writeFile(text);
  await handle.sync();
}
