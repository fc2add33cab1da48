import path from "node:path";
import { mapInSlices } from "../storage/files/slices.ts";
import { type Entry, type IndexKind, openIndex, type Source } from "../storage/index/file-index.ts";
import { type ParsedTask, parseTask } from "./parse-task.ts";
import type { Task } from "./task.ts";

/** Milliseconds in which another program has surely filled a file that it had emptied to write it. */
const writeTime = 50;

/**
 * The tasks in these files of a folder; those that have gone are left out. Backlog.md writes in place, so what looks
 * broken and was written just now is looked at twice. `all`: they are all there are in the folder.
 */
export async function readTaskFiles(
  root: string,
  folder: string,
  names: readonly string[],
  { all = false }: { all?: boolean } = {},
): Promise<ParsedTask[]> {
  const index = openIndex({ root }, taskIndex);
  const keyOf = (name: string) => path.relative(root, path.join(folder, name));
  if (all) index.retain(new Set(names.map(keyOf)), keyOf(path.sep));
  const read = (name: string) => {
    const file = path.join(folder, name);
    const entry = index.read(keyOf(name), [file]);
    return entry && toParsed(entry, file);
  };
  const first = await mapInSlices(names, read);
  const isAsked = (name: string, at: number) => first[at]?.ok === false && !index.has(keyOf(name));
  const second = await readAgain(names.filter(isAsked), read);
  return names.flatMap((name, at) => (second.has(name) ? second.get(name)! : first[at]) ?? []);
}

async function readAgain(
  names: readonly string[],
  read: (name: string) => ParsedTask | undefined,
): Promise<Map<string, ParsedTask | undefined>> {
  if (names.length > 0) await new Promise((resolve) => setTimeout(resolve, writeTime));
  return new Map(names.map((name) => [name, read(name)]));
}

/** The long texts of a task, which most lists do without. */
type Texts = Pick<Task, "description" | "plan" | "notes" | "finalSummary">;

/** A task without them and without its file, or what is wrong with the file and where. */
type Head = Omit<Task, keyof Texts | "file"> | { message: string; line?: number };

const taskIndex: IndexKind<Head, Texts | null> = {
  name: "tasks",
  shape: 1,
  files: 1,
  derive: ([source]) => {
    if (source === "absent") return undefined;
    const parsed = parseSource(source!);
    if (!parsed.ok) {
      const { message, at } = parsed.problem;
      const line = at.line === undefined ? {} : { line: at.line };
      return { head: { message, ...line }, rest: null };
    }
    const { file: _, description, plan, notes, finalSummary, ...head } = parsed.task;
    return { head, rest: { description, plan, notes, finalSummary } };
  },
};

function parseSource(source: Exclude<Source, "absent">): ParsedTask {
  if ("text" in source) return parseTask(source.text, "");
  return { ok: false, problem: { message: `cannot be read: ${source.code}`, at: { file: "" } } };
}

function toParsed({ head, rest }: Entry<Head, Texts | null>, file: string): ParsedTask {
  if ("message" in head) {
    const { message, ...line } = head;
    return { ok: false, problem: { message, at: { file, ...line } } };
  }
  let texts: Texts | undefined;
  const asked = () => (texts ??= rest()!);
  const task = {
    ...head,
    get description() {
      return asked().description;
    },
    get plan() {
      return asked().plan;
    },
    get notes() {
      return asked().notes;
    },
    get finalSummary() {
      return asked().finalSummary;
    },
    file,
  };
  return { ok: true, task };
}
