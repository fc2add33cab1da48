import type { CvEntry } from "../score/ledger.ts";
import { formatScore } from "../score/score.ts";
import { worth } from "../score/shown-score.ts";

/** Hexadecimal digits of a SHA-256 that stand for a submission's content: enough that no two of a competition share them. */
const digits = 12;

/**
 * The mark at the end of a submission's description, `#cf-3f2a9c81d0b4`, `-2` for the second time the same content is
 * submitted on purpose. It follows from the content alone, so any clone of the workspace knows its own submissions.
 */
export function contentMark(sha256: string, attempt: number): string {
  return `#cf-${sha256.slice(0, digits)}${attempt > 1 ? `-${attempt}` : ""}`;
}

/** The attempt that a description's mark tells of this content, or undefined where it bears no such mark. */
export function markedAttempt(description: string, sha256: string): number | undefined {
  const found = /#cf-([0-9a-f]{12})(?:-(\d+))?(?![\w-])/.exec(description);
  return found?.[1] === sha256.slice(0, digits) ? Number(found[2] ?? 1) : undefined;
}

/**
 * The message of a submission where none was given: `exp002: CV 0.8042 (20261123-011530-exp002-k3f9)`, with `unverified`
 * or the rows behind a number that is worth less.
 */
export function defaultMessage(experiment: string, cv: CvEntry | undefined): string {
  return cv === undefined
    ? `${experiment}: no CV`
    : `${experiment}: CV ${formatScore(cv.score)}${worth(cv)} (${cv.run})`;
}

/** The one run of the experiment that a message or a file name names; null where it names none, or several. */
export function namedRun(text: string, experiment: string): string | null {
  const id = new RegExp(
    `(?<![A-Za-z0-9])\\d{8}-\\d{6}-${experiment}-[a-z0-9]{4}(?![A-Za-z0-9])`,
    "g",
  );
  const named = new Set(text.match(id));
  return named.size === 1 ? [...named][0]! : null;
}

/** The description to send: the message, the experiment where the message does not name it, and the mark. */
export function describeSubmission(experiment: string, message: string, mark: string): string {
  const named = namedExperiments(message, [experiment]).length > 0;
  return `${named ? "" : `${experiment}: `}${message} ${mark}`;
}

/** Those of `known` whose name stands in a message or a file name; exp001 is not in exp0010, nor beside exp001_lgbm. */
export function namedExperiments(text: string, known: readonly string[]): string[] {
  let rest = text;
  const found = [];
  for (const name of known.toSorted((a, b) => b.length - a.length)) {
    const without = rest.replaceAll(
      new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, "gi"),
      " ",
    );
    if (without !== rest) found.push(name);
    rest = without;
  }
  return found.toSorted();
}
