import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, test } from "vitest";
import type { Backlog } from "./backlog.ts";
import { createTask } from "./create-task.ts";
import { addDoc, readDoc } from "./docs.ts";
import { editTask } from "./edit-task.ts";
import { initBacklog } from "./init-backlog.ts";
import { parseTask } from "./parse-task.ts";
import { readTask, readTasks } from "./read-tasks.ts";
import { nextNumber } from "./task-id.ts";

const now = { now: new Date("2026-11-23T08:15:00Z") };
const large = "99999999999999999999";
const neighbour = "99999999999999999998";
let root: string;
let backlog: Backlog;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "crossfold-ids-"));
  backlog = await initBacklog(root, "Demo");
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A task's file, whose id may be a bare number as YAML takes it. */
async function write(number: string, id = `TASK-${number}`): Promise<void> {
  const text = `---\nid: ${id}\ntitle: t${number}\nstatus: To Do\n---\n`;
  await writeFile(path.join(backlog.folder, "tasks", `task-${number} - x.md`), text);
}

it.each(["TASK-", ""])(
  "tells tasks whose numbers differ in the last of twenty digits apart, as %j and number",
  async (prefix) => {
    await write(large, prefix + large);
    await write(neighbour, prefix + neighbour);
    await write("2");
    const { tasks, problems } = await readTasks(backlog);
    expect(tasks.map(({ id }) => id)).toEqual(["TASK-2", `TASK-${neighbour}`, `TASK-${large}`]);
    expect(problems).toEqual([]);
    expect((await readTask(backlog, large)).title).toBe(`t${large}`);
    expect((await readTask(backlog, `task-00${neighbour}`)).title).toBe(`t${neighbour}`);
    await expect(readTask(backlog, "100000000000000000000")).rejects.toMatchObject({
      code: "no-task",
    });
    await editTask(backlog, neighbour, () => ({ notes: "its own", addDependencies: [large] }), now);
    expect(await readTask(backlog, neighbour)).toMatchObject({
      notes: "its own",
      dependencies: [`TASK-${large}`],
    });
    expect((await readTask(backlog, large)).notes).toBe("");
  },
);

it("does not take 3.10 for 3.1", async () => {
  await write("3.10", "3.10");
  await write("3.1", "3.1");
  const { tasks, problems } = await readTasks(backlog);
  expect(tasks.map(({ id }) => id)).toEqual(["TASK-3.1", "TASK-3.10"]);
  expect(problems).toEqual([]);
});

it("counts on from the usual numbers, and names are never too long for the file system", async () => {
  await write("4");
  await write(large);
  await write("9".repeat(240));
  const long = { title: "title ".repeat(60) };
  expect((await createTask(backlog, long, now)).id).toBe("TASK-5");
  expect((await createTask(backlog, long, now)).id).toBe("TASK-6");
});

test.each([
  [[], "1"],
  [["3", "10"], "11"],
  [["9007199254740991", "2"], "3"],
  [["999999999999999"], "1000000000000000"],
  [["999999999999999", "1000000000000000"], "1000000000000001"],
])("after %j comes %s", (taken, next) => {
  expect(nextNumber(taken)).toBe(next);
});

it("holds for documents too", async () => {
  for (const id of [large, neighbour, "2"])
    await writeFile(
      path.join(backlog.folder, "docs", `doc-${id} - x.md`),
      `---\nid: doc-${id}\ntitle: d${id}\n---\n`,
    );
  expect((await readDoc(backlog, neighbour)).title).toBe(`d${neighbour}`);
  expect((await addDoc(backlog, { title: "new", content: "" }, now)).id).toBe("doc-3");
});

it("lets a criterion with such a number, and an ordinal, be", async () => {
  const parsed = parseTask(
    `---\nid: TASK-1\ntitle: 007\nordinal: 3000\n---\n## Acceptance Criteria\n- [ ] #${large} text\n`,
    "t.md",
  );
  expect(parsed).toMatchObject({ ok: true, task: { title: "007", ordinal: 3000 } });
  expect(parsed.ok && parsed.task.acceptanceCriteria[0]!.index).toBe(1);
  const file = path.join(backlog.folder, "tasks", "task-8 - x.md");
  await writeFile(file, `---\nid: TASK-8\ntitle: x\nordinal: ${"9".repeat(400)}\n---\n`);
  expect((await createTask(backlog, { title: "next" }, now)).ordinal).toBe(1000);
});
