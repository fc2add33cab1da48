import { countingCv, type CvEntry, type LedgerEntry } from "../../core/score/ledger.ts";
import type { VerifyOutcome } from "../../core/score/verification.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import { UserError } from "../../core/errors/user-error.ts";
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
  unreadLedger,
} from "./ledger-file.ts";
import { readVerified } from "./verified-file.ts";

/** What of a CV line decides its rank. */
export type RankedCv = Pick<
  CvEntry,
  "kind" | "run" | "score" | "metric" | "metric_sha256" | "partial"
> & { proof: Pick<CvEntry["proof"], "verdict"> };

/** The ledger of one of many experiments. */
export interface ListedLedger {
  /** The CV line that counts. */
  ranking: RankedCv | undefined;
  /** What the last `verify` found of each CV line that counts or that it contradicted; undefined where it saw none. */
  outcomes: readonly (VerifyOutcome | undefined)[];
  problems: readonly Problem[];
  /** The entries in full. */
  whole(): Ledger;
}

/** As readLedger, of all experiments in their order. What cannot be read is a problem and has no entries. */
export async function readLedgers(
  ws: { root: string },
  experiments: readonly string[],
): Promise<ListedLedger[]> {
  const verified = await readVerified(ws);
  const index = openIndex(ws, ledgerIndex);
  index.retain(experiments);
  const fileOf = ledgersIn(ws);
  return mapInSlices(experiments, (experiment) => {
    const file = fileOf(experiment);
    const count = (head: readonly StoredLine[]) =>
      countLines(headLines(head), file, verified[experiment]);
    try {
      return new IndexedLedger(index.read(experiment)!, file, count);
    } catch (error) {
      return unread(problemOf(error, file));
    }
  });
}

function unread(problem: Problem): ListedLedger {
  const whole = () => unreadLedger(problem);
  return { ranking: undefined, outcomes: [], problems: [problem], whole };
}

/** As paths.ledger, for many: joining paths with care takes as long as reading the index does. */
function ledgersIn(ws: { root: string }): (experiment: string) => string {
  const [before, after] = paths.ledger(ws, "\n").split("\n");
  return (experiment) => `${before}${experiment}${after}`;
}

/** A line as far as its rank goes, and its place among the entries. */
interface HeadLine {
  line: number;
  sha256: string;
  entry: string | RankedCv | { kind: "lb" };
  at: number;
}

class IndexedLedger implements ListedLedger {
  readonly ranking: RankedCv | undefined;
  readonly outcomes: readonly (VerifyOutcome | undefined)[];
  readonly problems: readonly Problem[];
  readonly #entry: Entry<StoredLine[], LedgerEntry[]>;
  readonly #file: string;
  readonly #count: (head: readonly StoredLine[]) => CountedLines<HeadLine>;
  #ledger: Ledger | undefined;

  constructor(
    entry: Entry<StoredLine[], LedgerEntry[]>,
    file: string,
    count: (head: readonly StoredLine[]) => CountedLines<HeadLine>,
  ) {
    this.#entry = entry;
    this.#file = file;
    this.#count = count;
    const counted = count(entry.head);
    this.ranking = countingCv(counted.counting.map((one) => one.entry).filter(isCv));
    this.outcomes = outcomesOf(counted);
    this.problems = counted.problems;
  }

  whole(): Ledger {
    this.#ledger ??= this.#read();
    return this.#ledger;
  }

  #read(): Ledger {
    try {
      const { head, rest } = this.#entry.whole()!;
      return ledgerOf(this.#count(head), ({ at }) => rest[at]!);
    } catch (error) {
      return unreadLedger(problemOf(error, this.#file));
    }
  }
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
  text: "loose",
  filesIn: (ws) => {
    const ledgerOfOne = ledgersIn(ws);
    return (experiment) => [ledgerOfOne(experiment)];
  },
  derive: ([source]) => {
    const lines = parseLines(ledgerText(source!));
    const entries = lines.flatMap(({ entry }) => (typeof entry === "string" ? [] : [entry]));
    return { head: lines.map(storedLine), rest: entries };
  },
};

function ledgerText(source: Source): string {
  if (source instanceof UserError) throw source;
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
