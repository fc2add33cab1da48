import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Backlog } from "../src/backlog/backlog.ts";
import { createTask } from "../src/backlog/create-task.ts";
import { editTask } from "../src/backlog/edit-task.ts";
import { initBacklog } from "../src/backlog/init-backlog.ts";
import { renderDocs, renderDocsAdd, renderDocsView } from "../src/doors/text/docs.ts";
import { renderOverview } from "../src/doors/text/overview.ts";
import { makeStyle } from "../src/doors/text/style.ts";
import { renderTasks, renderTasksSearch, renderTasksView } from "../src/doors/text/tasks.ts";
import type { Context } from "../src/core/context.ts";
import type { Operation } from "../src/operations/operation.ts";
import { docsAdd } from "../src/operations/commands/understand/docs-add.ts";
import { docsView } from "../src/operations/commands/understand/docs-view.ts";
import { docs } from "../src/operations/commands/understand/docs.ts";
import { overview } from "../src/operations/commands/plan/overview.ts";
import { tasksSearch } from "../src/operations/commands/plan/tasks-search.ts";
import { tasksView } from "../src/operations/commands/plan/tasks-view.ts";
import { tasks } from "../src/operations/commands/plan/tasks.ts";

const now = { now: new Date("2026-11-23T08:15:00Z") };
const style = makeStyle({ color: false, width: 100 });
let root: string;
let backlog: Backlog;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "crossfold-plan-"));
  await mkdir(path.join(root, ".git"));
  await writeFile(
    path.join(root, "project.yml"),
    "competition_name: demo\ncompetition_platform: local\ndata: {}\nmetric: { name: accuracy, direction: maximize }\n",
  );
  backlog = await initBacklog(root, "Demo");
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Runs an operation as a door does: input through its schema, output checked against its schema. */
async function run<I extends z.ZodObject, O extends z.ZodType>(
  operation: Operation<I, O>,
  input: z.input<I>,
): Promise<z.output<O>> {
  const context: Context = {
    cwd: root,
    env: {},
    now: () => now.now,
    randomId: (length) => "a".repeat(length),
    progress: { step: () => {}, portion: () => {}, output: () => {} },
    ask: undefined,
    write: () => {},
    onInterrupt: () => () => {},
  };
  return operation.output.parse(await operation.run(context, operation.input.parse(input)));
}

async function makeTasks(): Promise<void> {
  const labels = ["exp", "exp001"];
  const acceptanceCriteria = ["Training completes without errors", "CV score recorded"];
  await createTask(
    backlog,
    { title: "exp001: 基準モデル", labels, acceptanceCriteria, priority: "medium" },
    now,
  );
  await createTask(
    backlog,
    { title: "exp002: lgbm", labels: ["exp", "exp002"], dependencies: ["1"] },
    now,
  );
  await createTask(backlog, { title: "Tidy up" }, now);
  const later = { now: new Date("2026-11-24T08:15:00Z") };
  await editTask(
    backlog,
    "1",
    () => ({ checkAc: [1], status: "In Progress", plan: "Do it" }),
    later,
  );
}

async function breakTask(): Promise<void> {
  await writeFile(path.join(root, "backlog", "tasks", "task-9 - bad.md"), "---\nid: [\n---\n");
}

describe("tasks", () => {
  it("are listed in columns that line up, with what is broken below", async () => {
    await makeTasks();
    await breakTask();
    const text = renderTasks(await run(tasks, {}), style);
    expect(text).toMatch(/^id +status +priority +done +title +labels$/m);
    expect(text).toMatch(/^TASK-1 +In Progress +medium +1\/2 +exp001: 基準モデル +exp, exp001$/m);
    expect(text).toMatch(
      /1 file needs fixing:\n {2}backlog\/tasks\/task-9 - bad\.md:\d {2}the frontmatter/,
    );
  });

  it("are narrowed by status and exact labels", async () => {
    await makeTasks();
    const ids = async (input: z.input<typeof tasks.input>) =>
      (await run(tasks, input)).tasks.map(({ id }) => id);
    expect(await ids({ status: "in progress" })).toEqual(["TASK-1"]);
    expect(await ids({ label: ["exp", "exp002"] })).toEqual(["TASK-2"]);
    expect(await ids({ label: ["exp00"] })).toEqual([]);
    await expect(run(tasks, { status: "Nope" })).rejects.toMatchObject({
      code: "task-status",
      exitCode: 2,
    });
  });

  it("are read whole", async () => {
    await makeTasks();
    const text = renderTasksView(await run(tasksView, { id: "1" }), style);
    expect(text).toContain("TASK-1  exp001: 基準モデル");
    expect(text).toContain("[x] #1 Training completes without errors\n[ ] #2 CV score recorded");
    expect(text).toContain("Plan\nDo it");
    await expect(run(tasksView, { id: "7" })).rejects.toMatchObject({
      code: "no-task",
      expected: "one of TASK-1, TASK-2, TASK-3",
    });
  });

  it("are found by words and labels", async () => {
    await makeTasks();
    expect(renderTasksSearch(await run(tasksSearch, { words: ["基準"] }), style)).toContain(
      "TASK-1",
    );
    expect((await run(tasksSearch, { words: ["lgbm"], label: ["exp001"] })).tasks).toEqual([]);
    expect(renderTasksSearch(await run(tasksSearch, { words: ["nothing"] }), style)).toContain(
      "No task found",
    );
  });
});

describe("overview", () => {
  it("counts tasks and experiments, and says what waits", async () => {
    await makeTasks();
    await breakTask();
    const result = await run(overview, {});
    expect(result).toMatchObject({
      total: 3,
      experiments: 2,
      byStatus: [
        { status: "To Do", all: 2, experiments: 1 },
        { status: "In Progress", all: 1, experiments: 1 },
        { status: "Done", all: 0, experiments: 0 },
      ],
      byPriority: [{ priority: "medium", all: 1 }],
      blocked: [{ task: { id: "TASK-2" }, waitsFor: ["TASK-1"] }],
    });
    expect(result.recent[0]?.id).toBe("TASK-1");
    expect(result.problems).toHaveLength(1);
    const text = renderOverview(result, style);
    expect(text).toContain("Demo: 3 tasks, 2 experiments");
    expect(text).toContain("TASK-2  exp002: lgbm waits for TASK-1");
  });

  it("no longer waits for what is done, and says how to begin when empty", async () => {
    expect(renderOverview(await run(overview, {}), style)).toContain("plan add");
    await makeTasks();
    await editTask(backlog, "1", () => ({ status: "Done" }), now);
    expect((await run(overview, {})).blocked).toEqual([]);
  });
});

describe("docs", () => {
  it("are kept, listed and read, and replaced only when asked", async () => {
    expect(renderDocs(await run(docs, {}), style)).toContain("No documents.");
    await writeFile(path.join(root, "data.md"), "# 列\n\ntext\n");
    const added = await run(docsAdd, {
      title: "Data description",
      file: "data.md",
      type: "guide",
      tag: ["metric"],
    });
    expect(renderDocsAdd(added, style)).toContain("DOC-1 added: Data description");

    const again = { title: "Data description", text: "new" };
    await expect(run(docsAdd, again)).rejects.toMatchObject({
      code: "doc-title-taken",
      exitCode: 2,
    });
    expect(renderDocsView(await run(docsView, { id: "1" }), style)).toContain("# 列\n\ntext");
    expect(await run(docsAdd, { ...again, update: true })).toMatchObject({
      id: "DOC-1",
      status: "updated",
    });
    expect(await readFile(path.join(root, added.file), "utf8")).toContain("type: guide");
    expect(renderDocs(await run(docs, {}), style)).toMatch(
      /^DOC-1 +guide +Data description +metric/m,
    );
  });

  it("need one text, and a file that is there", async () => {
    await expect(run(docsAdd, { title: "x" })).rejects.toMatchObject({
      code: "doc-text",
      exitCode: 2,
    });
    await expect(run(docsAdd, { title: "x", file: "a", text: "b" })).rejects.toMatchObject({
      code: "doc-text",
    });
    await expect(run(docsAdd, { title: "x", file: "none.md" })).rejects.toMatchObject({
      code: "doc-file",
      message: "none.md cannot be read: there is no such file",
    });
    await expect(run(docsView, { id: "DOC-1" })).rejects.toMatchObject({
      code: "no-doc",
      exitCode: 2,
    });
  });
});

it("colours nothing but what it shows", async () => {
  await makeTasks();
  const result = await run(tasks, {});
  const colored = renderTasks(result, makeStyle({ color: true, width: 100 }));
  expect(colored).not.toBe(renderTasks(result, style));
  expect(stripVTControlCharacters(colored)).toBe(renderTasks(result, style));
});
