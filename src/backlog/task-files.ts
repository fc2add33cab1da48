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
  const prefix = `${path.relative(root, folder)}${path.sep}`;
  const keyOf = (name: string) => prefix + name;
  if (all) index.retain(names.map(keyOf), prefix);
  const moving = new Set<string>();
  const read = (name: string) => {
    const file = `${folder}${path.sep}${name}`;
    const entry = index.read(keyOf(name));
    if (entry?.kept === false) moving.add(name);
    return entry && toParsed(entry, file);
  };
  const first = await mapInSlices(names, read);
  const isAsked = (name: string, at: number) => first[at]?.ok === false && moving.has(name);
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

/** What tells tasks apart; or what is wrong with the file, and where. */
type Head = Pick<Task, "id" | "labels"> | { message: string; line?: number };
type Rest = Omit<Task, "id" | "labels" | "file"> | null;

const taskIndex: IndexKind<Head, Rest> = {
  name: "tasks",
  shape: 1,
  filesIn:
    ({ root }) =>
    (key) => [root + path.sep + key],
  derive: ([source]) => {
    if (source === "absent") return undefined;
    const parsed = parseSource(source!);
    if (!parsed.ok) {
      const { message, at } = parsed.problem;
      const line = at.line === undefined ? {} : { line: at.line };
      return { head: { message, ...line }, rest: null };
    }
    const { id, labels, file: _, ...rest } = parsed.task;
    return { head: { id, labels }, rest };
  },
};

function parseSource(source: Exclude<Source, "absent">): ParsedTask {
  if ("text" in source) return parseTask(source.text, "");
  return { ok: false, problem: { message: `cannot be read: ${source.code}`, at: { file: "" } } };
}

function toParsed(entry: Entry<Head, Rest>, file: string): ParsedTask {
  const { head } = entry;
  if ("id" in head) return { ok: true, task: new IndexedTask(head, file, entry) };
  const { message, ...line } = head;
  return { ok: false, problem: { message, at: { file, ...line } } };
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
  ordinal: null,
  description: "",
  acceptanceCriteria: [],
  plan: "",
  notes: "",
  finalSummary: "",
};

/** Of most tasks of a long list little is asked. Its properties are not its own: do not spread it. */
class IndexedTask implements Task {
  readonly id: string;
  readonly labels: string[];
  readonly file: string;
  readonly #entry: Entry<Head, Rest>;
  #known: Exclude<Rest, null> | undefined;

  constructor({ id, labels }: Pick<Task, "id" | "labels">, file: string, entry: Entry<Head, Rest>) {
    this.id = id;
    this.labels = labels;
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
  get ordinal() {
    return this.#rest.ordinal;
  }
  get description() {
    return this.#rest.description;
  }
  get acceptanceCriteria() {
    return this.#rest.acceptanceCriteria;
  }
  get plan() {
    return this.#rest.plan;
  }
  get notes() {
    return this.#rest.notes;
  }
  get finalSummary() {
    return this.#rest.finalSummary;
  }
}
