import type { CvEntry, LedgerEntry } from "../../core/score/ledger.ts";
import type { VerifyOutcome } from "../../core/score/verification.ts";
import type { Problem } from "../../core/errors/problem.ts";
import { mapInSlices } from "../files/slices.ts";
import { type Entry, type IndexKind, openIndex, type Source, textOf } from "../index/file-index.ts";
import { paths } from "../workspace/paths.ts";
import {
  type CountedLines,
  countLines,
  fingerprint,
  type Ledger,
  type LedgerLine,
  ledgerOf,
  parseLines,
} from "./ledger-file.ts";
import { readVerified, type VerifiedExperiment } from "./verified-file.ts";

/** What of a CV line decides its rank. */
export type RankedCv = Pick<
  CvEntry,
  "kind" | "run" | "score" | "metric" | "metric_sha256" | "partial"
> & { proof: Pick<CvEntry["proof"], "verdict"> };

/** The ledger of one of many experiments. */
export interface ListedLedger {
  /** The CV lines that count, oldest first. */
  cvs: RankedCv[];
  /** What the last `verify` found of each CV line that counts or that it contradicted; undefined where it saw none. */
  outcomes: (VerifyOutcome | undefined)[];
  problems: Problem[];
  /** The entries in full. */
  whole(): Ledger;
}

/** As readLedger, of many experiments, in their order. Throws where a file is there and cannot be read. */
export async function readLedgers(
  ws: { root: string },
  experiments: readonly string[],
): Promise<ListedLedger[]> {
  const verified = await readVerified(ws);
  const index = openIndex(ws, ledgerIndex);
  index.retain(new Set(experiments));
  return mapInSlices(experiments, (experiment) => {
    const file = paths.ledger(ws, experiment);
    return listed(index.read(experiment, [file])!, file, verified[experiment]);
  });
}

/** A line as far as its rank goes, and its place among the entries. */
interface HeadLine {
  line: number;
  sha256: string;
  entry: string | RankedCv | { kind: "lb" };
  at: number;
}

function listed(
  { head, rest }: Entry<StoredLine[], LedgerEntry[]>,
  file: string,
  verified: VerifiedExperiment | undefined,
): ListedLedger {
  const counted = countLines(headLines(head), file, verified);
  const cvs = counted.counting.flatMap(({ entry }) => (isCv(entry) ? [entry] : []));
  let ledger: Ledger | undefined;
  return {
    cvs,
    outcomes: outcomesOf(counted),
    problems: counted.problems,
    whole: () => {
      const entries = rest();
      return (ledger ??= ledgerOf(counted, ({ at }) => entries[at]!));
    },
  };
}

function headLines(stored: readonly StoredLine[]): HeadLine[] {
  let entries = 0;
  return stored.map((one): HeadLine => {
    const [line] = one;
    if (one.length === 2) return { line, sha256: "", entry: one[1], at: -1 };
    const at = entries;
    entries += 1;
    if (one.length === 1) return { line, sha256: "", entry: { kind: "lb" }, at };
    const [, sha256, run, score, metric, verdict, others] = one;
    const entry = { kind: "cv" as const, run, score, metric, proof: { verdict }, ...others };
    return { line, sha256, entry, at };
  });
}

function isCv(entry: HeadLine["entry"]): entry is RankedCv {
  return typeof entry === "object" && entry.kind === "cv";
}

function outcomesOf({
  counting,
  contradicted,
  verdicts,
}: CountedLines<HeadLine>): ListedLedger["outcomes"] {
  return [...counting, ...contradicted]
    .filter(({ entry }) => isCv(entry))
    .map((line) => verdicts.get(line)?.outcome);
}

/** Short because there may be many: a line that cannot be read with why, an LB line, a CV line. */
type StoredLine =
  | [line: number, why: string]
  | [line: number]
  | [
      line: number,
      sha256: string,
      run: string,
      score: number,
      metric: string,
      verdict: CvEntry["proof"]["verdict"],
      others: Pick<CvEntry, "metric_sha256" | "partial">,
    ];

const ledgerIndex: IndexKind<StoredLine[], LedgerEntry[]> = {
  name: "ledgers",
  shape: 1,
  files: 1,
  derive: ([source]) => {
    const lines = parseLines(ledgerText(source!));
    const entries = lines.flatMap(({ entry }) => (typeof entry === "string" ? [] : [entry]));
    return { head: lines.map(storedLine), rest: entries };
  },
};

function ledgerText(source: Source): string {
  if (source instanceof Error) throw source;
  return textOf(source) ?? "";
}

function storedLine(one: LedgerLine): StoredLine {
  const { line, entry } = one;
  if (typeof entry === "string") return [line, entry];
  if (entry.kind !== "cv") return [line];
  const { run, score, metric, proof, metric_sha256, partial } = entry;
  const others = {
    ...(metric_sha256 === undefined ? {} : { metric_sha256 }),
    ...(partial === undefined || partial === null ? {} : { partial }),
  };
  return [line, fingerprint(one), run, score, metric, proof.verdict, others];
}
