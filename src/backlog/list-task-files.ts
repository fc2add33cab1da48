import path from "node:path";
import { publicLbInTask } from "../core/score/task-lb.ts";
import { problemOf } from "../core/errors/problem.ts";
import { mapInSlices } from "../storage/files/slices.ts";
import { type Entry, type IndexKind, openIndex, type Source } from "../storage/index/file-index.ts";
import { type ParsedTask, parseTask } from "./parse-task.ts";
import { taskHead } from "./task-head.ts";
import type { ListedTask, Problem, TaskHead } from "./task.ts";

/** Milliseconds in which another program has surely filled a file that it had emptied to write it. */
export const writeTime = 50;

/**
 * The tasks in the files of a folder, which are all there are in it; those that have gone are left out. Backlog.md writes
 * in place, so what looks broken and was written just now is looked at twice.
 */
export async function listTaskFiles(
  root: string,
  folder: string,
  names: readonly string[],
): Promise<ParsedTask<ListedTask>[]> {
  const index = openIndex({ root }, taskIndex);
  const prefix = `${path.relative(root, folder)}${path.sep}`;
  index.retain(
    names.map((name) => prefix + name),
    prefix,
  );
  const moving = new Set<string>();
  const read = (name: string) => {
    const file = `${folder}${path.sep}${name}`;
    const entry = index.read(prefix + name);
    if (entry?.kept === false) moving.add(name);
    return entry && toParsed(entry, file);
  };
  const first = await mapInSlices(names, read);
  const isAsked = (name: string, at: number) => first[at]?.ok === false && moving.has(name);
  const second = await readAgain(names.filter(isAsked), read);
  return names.flatMap((name, at) => (second.has(name) ? second.get(name)! : first[at]) ?? []);
}

async function readAgain<One>(
  names: readonly string[],
  read: (name: string) => One,
): Promise<Map<string, One>> {
  if (names.length > 0) await new Promise((resolve) => setTimeout(resolve, writeTime));
  return new Map(names.map((name) => [name, read(name)]));
}

/** What tells tasks apart; or what is wrong with the file, which it does not name: a workspace may be moved. */
type Known = Pick<TaskHead, "id" | "labels" | "ordinal"> & {
  publicLb: number | null;
};
type Head = Known | { problem: Problem };
type Rest = Omit<TaskHead, keyof Known | "file"> | null;

const taskIndex: IndexKind<Head, Rest> = {
  name: "tasks",
  shape: 1,
  text: "strict",
  filesIn:
    ({ root }) =>
    (key) => [root + path.sep + key],
  derive: ([source]) => {
    if (source === "absent") return undefined;
    const parsed = parseSource(source!);
    if (!parsed.ok) return { head: { problem: parsed.problem }, rest: null };
    const { id, labels, ordinal, file: _, ...rest } = taskHead(parsed.task);
    const publicLb = publicLbInTask(parsed.task) ?? null;
    return { head: { id, labels, ordinal, publicLb }, rest };
  },
};

function parseSource(source: Exclude<Source, "absent">): ParsedTask {
  if ("text" in source) return parseTask(source.text, "");
  return { ok: false, problem: problemOf(source, "") };
}

function toParsed(entry: Entry<Head, Rest>, file: string): ParsedTask<ListedTask> {
  const { head } = entry;
  if ("id" in head) return { ok: true, task: new IndexedTask(head, file, entry) };
  const { message, at } = head.problem;
  return { ok: false, problem: { message, at: { ...at, file } } };
}

/** What is left of a task whose file went between being listed and being asked for. */
const gone: Exclude<Rest, null> = {
  title: "",
  status: "",
  assignee: [],
  created: "",
  updated: null,
  dependencies: [],
  priority: null,
  milestone: null,
  parent: null,
  description: "",
  acceptanceCriteria: [],
};

class IndexedTask implements ListedTask {
  readonly id: string;
  readonly labels: string[];
  readonly ordinal: number | null;
  readonly publicLb: number | undefined;
  readonly file: string;
  readonly #entry: Entry<Head, Rest>;
  #known: Exclude<Rest, null> | undefined;

  constructor({ id, labels, ordinal, publicLb }: Known, file: string, entry: Entry<Head, Rest>) {
    this.id = id;
    this.labels = labels;
    this.ordinal = ordinal;
    this.publicLb = publicLb ?? undefined;
    this.file = file;
    this.#entry = entry;
  }

  get #rest(): Exclude<Rest, null> {
    this.#known ??= this.#entry.whole()?.rest ?? gone;
    return this.#known;
  }

  get title() {
    return this.#rest.title;
  }
  get status() {
    return this.#rest.status;
  }
  get assignee() {
    return this.#rest.assignee;
  }
  get created() {
    return this.#rest.created;
  }
  get updated() {
    return this.#rest.updated;
  }
  get dependencies() {
    return this.#rest.dependencies;
  }
  get priority() {
    return this.#rest.priority;
  }
  get milestone() {
    return this.#rest.milestone;
  }
  get parent() {
    return this.#rest.parent;
  }
  get description() {
    return this.#rest.description;
  }
  get acceptanceCriteria() {
    return this.#rest.acceptanceCriteria;
  }
}
