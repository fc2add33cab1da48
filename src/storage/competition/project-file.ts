import { type Document, isNode, type LineCounter } from "yaml";
import type { z } from "zod";
import { type Project, projectSchema } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { valueProblem } from "../../core/errors/value-problem.ts";
import { unreadable } from "../files/read-failure.ts";
import { readText } from "../files/read-text.ts";
import { readYaml } from "../files/read-yaml.ts";

const example = `competition_name: spaceship-titanic
competition_platform: kaggle
data: { train: train.csv, test: test.csv, sample_submission: sample_submission.csv, id: PassengerId, target: Transported }
metric: { name: accuracy, direction: maximize }
validation: { strategy: StratifiedKFold, n_splits: 5, seed: 42 }`;

/** What a value of each key looks like, shown where one cannot be read. */
const examples: Record<string, string> = {
  competition_name: "competition_name: spaceship-titanic",
  competition_platform: "competition_platform: kaggle   (or local, or any other name)",
  is_code_competition: "is_code_competition: false",
  data: "data: { train: train.csv, test: test.csv, sample_submission: sample_submission.csv, id: PassengerId, target: Transported }",
  metric: "metric: { name: accuracy, direction: maximize }",
  validation: "validation: { strategy: StratifiedKFold, n_splits: 5, seed: 42 }",
  check: "check: { ignore: [fit-before-split, XF305] }",
  metadata: 'metadata: { url: "", deadline: "" }',
};

/** The value of a project.yml. Throws a UserError that names the file where it cannot be read. */
export async function readProject(file: string): Promise<Project> {
  const text = await readProjectText(file);
  const project = parseProject(text, file);
  if (project.check !== undefined) await refuseUnknownRules(project.check.ignore, text, file);
  return project;
}

/** Its text. Throws a UserError where there is none. */
export async function readProjectText(file: string): Promise<string> {
  const text = await readText(file);
  if (text === undefined) throw unreadable(file, "it is not there any more");
  return text;
}

async function refuseUnknownRules(ignored: string[], text: string, file: string): Promise<void> {
  // The rules load only where project.yml names one.
  const { findRule, noSuchRule, rules, ruleTexts } = await import("../../core/rules/rules.ts");
  const unknown = ignored.findIndex((word) => findRule(word, rules) === undefined);
  if (unknown === -1) return;
  const word = ignored[unknown]!;
  const always = findRule(word, ruleTexts());
  const read = readYaml(text);
  if (!read.ok) throw projectError(file, read, read.message, example);
  throw projectError(
    file,
    locationOf(read.document, ["check", "ignore", unknown], read.lines, text.length),
    always === undefined
      ? `check.ignore: ${noSuchRule(word, rules)}`
      : `check.ignore: ${always.name} (${always.code}) is always on`,
    `rules by name or code: ${examples["check"]}`,
  );
}

/** Text of a project.yml to its value. Throws a UserError with file and line. */
export function parseProject(text: string, file: string): Project {
  const read = readYaml(text);
  if (!read.ok) throw projectError(file, read, read.message, example);
  const { document, lines } = read;
  const result = projectSchema.safeParse(read.value ?? {});
  if (result.success) return result.data;

  const issue = result.error.issues[0]!;
  const key = issue.code === "unrecognized_keys" ? issue.keys[0]! : undefined;
  const keys = key === undefined ? issue.path : [...issue.path, key];
  throw projectError(
    file,
    locationOf(document, keys, lines, text.length),
    key === undefined ? problemAt(document, issue) : unknownKey(issue.path, key),
    examples[String(keys[0])] ?? example,
  );
}

function projectError(
  file: string,
  { line, column }: { line: number; column: number },
  message: string,
  expected: string,
): UserError {
  return new UserError({
    code: "project-yml",
    message,
    at: { file, line, column },
    expected,
    next: `edit ${file}, line ${line}`,
    exitCode: 2,
  });
}

function problemAt(document: Document, issue: z.core.$ZodIssue): string {
  const key = issue.path.join(".");
  const node = document.getIn(issue.path, true);
  if (node === undefined) return key === "" ? "the file is empty" : `${key} is missing`;
  return `${key}: ${valueProblem(issue, isNode(node) ? node.toJS(document) : node)}`;
}

function unknownKey(path: PropertyKey[], key: string): string {
  const known = Object.keys(knownKeys(path));
  const where = path.length === 0 ? "" : ` under ${path.join(".")}`;
  return `unknown key "${key}"${where}; known are ${known.join(", ")}`;
}

function knownKeys(path: PropertyKey[]): Record<string, unknown> {
  const top = projectSchema.shape;
  if (path.length === 0) return top;
  if (path[0] === "validation") return top.validation.unwrap().shape;
  if (path[0] === "check") return top.check.unwrap().shape;
  return path[0] === "data" ? top.data.shape : top.metric.shape;
}

/** Line and column of the key at `path`, or of the nearest one above it that is there, else of the file's end. */
function locationOf(
  document: Document,
  path: PropertyKey[],
  lines: LineCounter,
  end: number,
): { line: number; column: number } {
  let offset = end;
  let node: unknown = document.contents;
  for (const step of path) {
    if (typeof step === "number") {
      node = (node as { items?: unknown[] } | null)?.items?.[step];
      offset = (node as { range?: [number] } | undefined)?.range?.[0] ?? offset;
      continue;
    }
    const pair = (node as { items?: { key?: unknown; value?: unknown }[] } | null)?.items?.find(
      (item) => (item.key as { value?: unknown } | undefined)?.value === step,
    );
    if (pair === undefined) break;
    offset = (pair.key as { range?: [number] }).range?.[0] ?? offset;
    node = pair.value;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
