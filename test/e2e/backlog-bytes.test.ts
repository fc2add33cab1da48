import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { type Backlog, findBacklog } from "../../src/backlog/backlog.ts";
import { createTask } from "../../src/backlog/create-task.ts";
import { createDecision } from "../../src/backlog/decisions.ts";
import { addDoc, updateDoc } from "../../src/backlog/docs.ts";
import { editTask } from "../../src/backlog/edit-task.ts";
import { initBacklog } from "../../src/backlog/init-backlog.ts";
import { readTask } from "../../src/backlog/read-tasks.ts";
import type { NewTask, TaskEdit } from "../../src/backlog/task.ts";
import {
  backlogTool,
  backlogTree,
  lastMinute,
  makeRepository,
  makeToolBacklog,
  mustBacklog,
} from "../support/backlog.ts";

/** Two repositories that go through the same steps, one by the real tool, one by ours. */
interface Pair {
  theirs: string;
  ours: string;
  backlog: Backlog;
}

async function makePair(): Promise<Pair> {
  const theirs = await makeToolBacklog();
  const ours = await makeRepository();
  return { theirs, ours, backlog: await initBacklog(ours, "Demo") };
}

/** Does a step on both sides, in the same minute, and compares every byte. */
async function compare(
  pair: Pair,
  args: readonly string[],
  step: (now: { now: Date }) => Promise<unknown>,
): Promise<void> {
  await mustBacklog(pair.theirs, args);
  await step({ now: await lastMinute(pair.theirs) });
  expect(await backlogTree(pair.ours)).toEqual(await backlogTree(pair.theirs));
}

it("makes the files and settings of `backlog init`", async () => {
  const { theirs, ours } = await makePair();
  expect(await backlogTree(ours)).toEqual(await backlogTree(theirs));
});

const created: [name: string, args: string[], task: NewTask][] = [
  [
    "the seed's experiment",
    // oxfmt-ignore
    ["exp001: Short description of experiment", "-d", "Hypothesis: a / Changes from base: b / Expected outcome: c", "-l", "exp", "-l", "exp001", "--ac", "Training completes without errors", "--ac", "CV score recorded", "--priority", "medium"],
    {
      title: "exp001: Short description of experiment",
      description: "Hypothesis: a / Changes from base: b / Expected outcome: c",
      labels: ["exp", "exp001"],
      acceptanceCriteria: ["Training completes without errors", "CV score recorded"],
      priority: "medium",
    },
  ],
  [
    "a dependency",
    ["exp002: Child", "--dep", "TASK-1", "--priority", "HIGH"],
    { title: "exp002: Child", dependencies: ["task-1"], priority: "HIGH" },
  ],
  ["a bare title", ["Clean up"], { title: "Clean up" }],
  [
    "Japanese",
    ["日本語のタイトル: 特徴量を追加する", "-d", "仮説：効く", "-l", "実験"],
    { title: "日本語のタイトル: 特徴量を追加する", description: "仮説：効く", labels: ["実験"] },
  ],
  [
    "signs of every kind",
    [`Weird / \\ : * ? " < > | #h & (p) [b] {x} "q" it's \`t\` 100% a@b ~ ^ + = ; , . ... end.`],
    {
      title: `Weird / \\ : * ? " < > | #h & (p) [b] {x} "q" it's \`t\` 100% a@b ~ ^ + = ; , . ... end.`,
    },
  ],
  [
    "a long title that YAML folds",
    [`exp003: ${"very long title ".repeat(10)}`, "-s", "in progress", "--plan", "do it"],
    { title: `exp003: ${"very long title ".repeat(10)}`, status: "in progress", plan: "do it" },
  ],
  [
    "lines, lists and headings in the description",
    ["Markdown", "-d", "\n# One\n\n- a\n- b\n\n## Acceptance Criteria\n\n```\n---\n```\n\n"],
    {
      title: "Markdown",
      description: "\n# One\n\n- a\n- b\n\n## Acceptance Criteria\n\n```\n---\n```\n\n",
    },
  ],
  ["an emoji, which YAML escapes", ["🚀 launch"], { title: "🚀 launch" }],
  ...["true", "123", "2026-11-23", "@at", "#hash", "=", 'don\'t: "do"', "y", "~", "tab\tin"].map(
    (title): [string, string[], NewTask] => [
      `a title that looks like something else: ${title}`,
      [title, "-l", title],
      { title, labels: [title] },
    ],
  ),
];

const edited: [args: string[], edit: TaskEdit][] = [
  [
    ["--append-notes", "CV score: 0.8765 (config summary)"],
    { appendNotes: "CV score: 0.8765 (config summary)" },
  ],
  [["--check-ac", "1", "--check-ac", "2"], { checkAc: [1, 2] }],
  [["--uncheck-ac", "1"], { uncheckAc: [1] }],
  [
    ["--append-notes", "Public LB: 0.8750\n\n- a $& list\n"],
    { appendNotes: "Public LB: 0.8750\n\n- a $& list\n" },
  ],
  [["--plan", "Implementation approach: ..."], { plan: "Implementation approach: ..." }],
  [
    ["-d", "Hypothesis: new\n\n## Heading inside"],
    { description: "Hypothesis: new\n\n## Heading inside" },
  ],
  [
    ["--final-summary", "CV=0.8765, LB=0.8750. Next: try X (see TASK-3)"],
    { finalSummary: "CV=0.8765, LB=0.8750. Next: try X (see TASK-3)" },
  ],
  [["-s", "Done"], { status: "Done" }],
  [["-s", "in progress"], { status: "in progress" }],
  [["--priority", "High"], { priority: "High" }],
  [["--add-label", "lgbm", "--add-label", "exp"], { addLabels: ["lgbm", "exp"] }],
  [["--remove-label", "lgbm"], { removeLabels: ["lgbm"] }],
  [["-l", "exp,exp001", "-l", "特徴量"], { labels: ["exp", "exp001", "特徴量"] }],
  [["--dep", "TASK-2"], { dependencies: ["2"] }],
  [["--dep", "TASK-2", "--dep", "3"], { addDependencies: ["TASK-3"] }],
  [
    ["--ac", "A third criterion", "--ac", "そして四つ目"],
    { addAcceptanceCriteria: ["A third criterion", "そして四つ目"] },
  ],
  [["--check-ac", "4"], { checkAc: [4] }],
  [["--notes", "Written anew"], { notes: "Written anew" }],
  [
    ["--notes", "Again", "--append-notes", "one", "--append-notes", "two"],
    { notes: "Again", appendNotes: ["one", "two"] },
  ],
  [["-t", "exp001: 新しい題: renamed"], { title: "exp001: 新しい題: renamed" }],
  [["--plan", ""], { plan: "" }],
  [["--append-notes", ""], { appendNotes: "" }],
  [["-s", "In Progress"], { status: "In Progress" }],
];

describe("byte for byte what `backlog task create` writes", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await makePair();
  });

  it.each(created)("with %s", async (_name, args, task) => {
    await compare(pair, ["task", "create", ...args], (now) => createTask(pair.backlog, task, now));
  });
});

describe("byte for byte what `backlog task edit` writes", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await makePair();
    const [, args, task] = created[0]!;
    await compare(pair, ["task", "create", ...args], (now) => createTask(pair.backlog, task, now));
    for (const title of ["second", "third"]) {
      await compare(pair, ["task", "create", title], (now) =>
        createTask(pair.backlog, { title }, now),
      );
    }
  });

  it.each(edited)("%j, on a full task", async (args, edit) => {
    await compare(pair, ["task", "edit", "TASK-1", ...args], (now) =>
      editTask(pair.backlog, "TASK-1", () => edit, now),
    );
  });

  it.each(edited.filter(([args]) => !/ac|dep/.test(args[0]!)))(
    "%j, on an empty task",
    async (args, edit) => {
      await compare(pair, ["task", "edit", "3", ...args], (now) =>
        editTask(pair.backlog, "3", () => edit, now),
      );
    },
  );

  it("leaves the date of an edit that changes nothing", async () => {
    for (const root of [pair.theirs, pair.ours]) {
      const { file } = await readTask(await findBacklog(root), "2");
      const text = await readFile(file, "utf8");
      await writeFile(file, text.replace(/^labels:/m, "updated_date: '2020-01-01 00:00'\nlabels:"));
    }
    const edit = { status: "To Do", description: "" };
    await compare(pair, ["task", "edit", "2", "-s", "To Do", "-d", ""], (now) =>
      editTask(pair.backlog, "2", () => edit, now),
    );
  });
});

it("keeps to the project's own prefix, padding, assignee and definition of done", async () => {
  const pair = await makePair();
  for (const root of [pair.theirs, pair.ours]) {
    const file = `${root}/backlog/config.yml`;
    const config = (await readFile(file, "utf8"))
      .replace('task_prefix: "task"', 'task_prefix: "job"')
      .replace('default_status: "To Do"', 'default_status: "In Progress"')
      .replace("yyyy-mm-dd", "dd/mm/yyyy");
    const more =
      'zero_padded_ids: 3\ndefinition_of_done: ["tests pass", "docs"]\ndefault_assignee: "@me"\n';
    await writeFile(file, config + more);
  }
  pair.backlog = await findBacklog(pair.ours);
  const first = { title: "one", acceptanceCriteria: ["q"] };
  await compare(pair, ["task", "create", "one", "--ac", "q"], (now) =>
    createTask(pair.backlog, first, now),
  );
  const second = { title: "two", dependencies: ["1"] };
  await compare(pair, ["task", "create", "two", "--dep", "1"], (now) =>
    createTask(pair.backlog, second, now),
  );
  const notes = { appendNotes: "x" };
  await compare(pair, ["task", "edit", "2", "--append-notes", "x"], (now) =>
    editTask(pair.backlog, "2", () => notes, now),
  );
  await compare(pair, ["doc", "create", "page"], (now) =>
    addDoc(pair.backlog, { title: "page", content: "" }, now),
  );
});

it("writes documents and decisions byte for byte", async () => {
  const pair = await makePair();
  const { backlog } = pair;
  await compare(pair, ["doc", "create", "First guide: 日本", "-t", "guide"], (now) =>
    addDoc(backlog, { title: "First guide: 日本", type: "guide", content: "" }, now),
  );
  await compare(pair, ["doc", "create", "Overview"], (now) =>
    addDoc(backlog, { title: "Overview", content: "" }, now),
  );
  for (const content of ["# Data\n\n| a | b |\n", "no line end", "\n\n  outer space\n\n"]) {
    await compare(pair, ["doc", "update", "doc-1", "--content", content], (now) =>
      updateDoc(backlog, "DOC-1", content, now),
    );
  }
  await compare(pair, ["decision", "create", "Use GroupKFold"], (now) =>
    createDecision(backlog, { title: "Use GroupKFold" }, now),
  );
  await compare(pair, ["decision", "create", "a: b", "-s", "accepted"], (now) =>
    createDecision(backlog, { title: "a: b", status: "accepted" }, now),
  );
});

it("gives documents with tags and text that the real tool reads back the same", async () => {
  const pair = await makePair();
  const now = { now: new Date("2026-11-23T08:15:00Z") };
  const doc = await addDoc(
    pair.backlog,
    { title: "Data", content: "# 列\n\ntext\n", tags: ["metric", "列"] },
    now,
  );
  const text = await readFile(doc.file, "utf8");
  await mustBacklog(pair.ours, ["doc", "update", "doc-1", "--content", "# 列\n\ntext\n"]);
  const rewritten = (await readFile(doc.file, "utf8")).replace(/^updated_date: .*\n/m, "");
  expect(rewritten).toBe(text);
});

/** The seed's commands, for a task with two criteria. */
const seedCommands = [
  ["doc", "list"],
  ["doc", "view", "DOC-1"],
  ["search", "--type", "task", "exp", "--plain"],
  ["overview"],
  [
    "task",
    "edit",
    "TASK-1",
    "-d",
    "Hypothesis: ... / Changes from base: ... / Expected outcome: ...",
  ],
  ["task", "edit", "TASK-1", "--plan", "Implementation approach: ..."],
  ["task", "edit", "TASK-1", "--append-notes", "CV score: 0.8765 (config summary)"],
  ["task", "edit", "TASK-1", "--check-ac", "1", "--check-ac", "2"],
  ["task", "edit", "TASK-1", "--append-notes", "Public LB: 0.8750"],
  [
    "task",
    "edit",
    "TASK-1",
    "--final-summary",
    "CV=0.8765, LB=0.8750. Next: try feature X (see TASK-2)",
  ],
  ["task", "edit", "TASK-1", "-s", "Done"],
  [
    "task",
    "create",
    "exp002: Short",
    "-d",
    "Hypothesis",
    "-l",
    "exp",
    "-l",
    "exp002",
    "--dep",
    "TASK-1",
    "--priority",
    "medium",
  ],
];

it("leaves files on which the seed's commands work, before and after our edits", async () => {
  const { ours, backlog } = await makePair();
  const now = { now: new Date("2026-11-23T08:15:00Z") };
  await createTask(backlog, created[0]![2], now);
  await addDoc(backlog, { title: "Overview", content: "# Overview\n" }, now);
  for (const args of seedCommands) await mustBacklog(ours, args);
  const ourEdit: TaskEdit = {
    appendNotes: "ours",
    uncheckAc: [2],
    addLabels: ["ours"],
    status: "In Progress",
    plan: "ours",
  };
  await editTask(backlog, "1", () => ourEdit, now);
  for (const args of seedCommands) await mustBacklog(ours, args);

  const task = await readTask(backlog, "TASK-1");
  expect(task).toMatchObject({
    status: "Done",
    labels: ["exp", "exp001", "ours"],
    plan: "Implementation approach: ...",
  });
  expect(task.notes.split("\n\n")).toEqual([
    "CV score: 0.8765 (config summary)",
    "Public LB: 0.8750",
    "ours",
    "CV score: 0.8765 (config summary)",
    "Public LB: 0.8750",
  ]);
  const shown = await mustBacklog(ours, ["search", "--type", "task", "exp", "--plain"]);
  expect(shown).toContain("TASK-1");
  expect(shown).toContain("TASK-3");
});

it("does not take an archived task's id again, and the real tool goes on from ours", async () => {
  const { ours, backlog } = await makePair();
  const now = { now: new Date("2026-11-23T08:15:00Z") };
  for (const title of ["one", "two", "three"]) await createTask(backlog, { title }, now);
  await mustBacklog(ours, ["task", "archive", "TASK-3"]);
  expect((await createTask(backlog, { title: "four" }, now)).id).toBe("TASK-4");
  expect(await mustBacklog(ours, ["task", "create", "five"])).toContain("TASK-5");
});

it("cuts a title too long for a file name, where the real tool fails", async () => {
  const { ours, backlog } = await makePair();
  const title = "長い題名".repeat(40);
  expect((await backlogTool(ours, ["task", "create", title])).exitCode).not.toBe(0);
  await createTask(backlog, { title }, { now: new Date("2026-11-23T08:15:00Z") });
  expect(await mustBacklog(ours, ["task", "view", "1", "--plain"])).toContain(title);
  await mustBacklog(ours, ["task", "edit", "1", "--append-notes", "still works"]);
});
