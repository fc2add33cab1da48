import { mkdir, readFile, rm, utimes } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { findBacklog } from "../../src/backlog/backlog.ts";
import { createTask } from "../../src/backlog/create-task.ts";
import { editTask } from "../../src/backlog/edit-task.ts";
import { readTask, readTasks } from "../../src/backlog/read-tasks.ts";
import { backlogTool, makeToolBacklog } from "../support/backlog.ts";

const ours = 38;
const theirs = 12;

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

async function makeBacklog() {
  const root = await makeToolBacklog();
  return { root, backlog: await findBacklog(root), now: { now: new Date("2026-11-23T08:15:00Z") } };
}

it("keeps every note of 50 concurrent appends, the real tool's among them, each once", async () => {
  const { root, backlog, now } = await makeBacklog();
  await createTask(backlog, { title: "busy", acceptanceCriteria: ["one"] }, now);

  const [own, others] = await Promise.all([
    Promise.all(
      times(ours, async (index) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3000));
        await editTask(backlog, "TASK-1", () => ({ appendNotes: `ours ${index}` }), now);
        return `ours ${index}`;
      }),
    ),
    Promise.all(
      times(theirs, async (index) => {
        const note = `theirs ${index}`;
        const { exitCode } = await backlogTool(root, ["task", "edit", "1", "--append-notes", note]);
        return exitCode === 0 ? [note] : [];
      }),
    ),
  ]);

  const reported = [...own, ...others.flat()].toSorted();
  const task = await readTask(backlog, "1");
  expect(task.notes.split("\n\n").toSorted()).toEqual(reported);
  expect(own).toHaveLength(ours);
  expect(task.acceptanceCriteria).toEqual([{ index: 1, text: "one", checked: false }]);
});

it("gives 50 concurrent creates ids of their own, the real tool's among them", async () => {
  const { root, backlog, now } = await makeBacklog();
  const [own, others] = await Promise.all([
    Promise.all(
      times(ours, async (index) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3000));
        return (await createTask(backlog, { title: `ours ${index}` }, now)).title;
      }),
    ),
    Promise.all(
      times(theirs, async (index) => {
        const { exitCode } = await backlogTool(root, ["task", "create", `theirs ${index}`]);
        return exitCode === 0 ? [`theirs ${index}`] : [];
      }),
    ),
  ]);

  const { tasks, problems } = await readTasks(backlog);
  expect(problems).toEqual([]);
  expect(tasks.map((task) => task.title).toSorted()).toEqual([...own, ...others.flat()].toSorted());
  expect(new Set(tasks.map((task) => task.id)).size).toBe(tasks.length);
});

it("makes the real tool wait or fail while ours holds a lock, and the other way round", async () => {
  const { root, backlog, now } = await makeBacklog();
  await createTask(backlog, { title: "held" }, now);
  const lock = path.join(root, "backlog", ".locks", "task-task-1");

  await mkdir(lock, { recursive: true });
  const refused = await backlogTool(root, ["task", "edit", "1", "--append-notes", "theirs"]);
  expect(refused.exitCode).toBe(1);
  const waiting = editTask(backlog, "1", () => ({ appendNotes: "ours" }), now);
  setTimeout(() => void rm(lock, { recursive: true }), 500);
  expect((await waiting).notes).toBe("ours");
});

it("says which lock is held when it gives up waiting, and changes nothing", async () => {
  const { root, backlog, now } = await makeBacklog();
  const { file } = await createTask(backlog, { title: "held" }, now);
  const before = await readFile(file, "utf8");
  const lock = path.join(root, "backlog", ".locks", "task-task-1");
  await mkdir(lock, { recursive: true });
  const alive = setInterval(() => void utimes(lock, new Date(), new Date()), 500);
  try {
    await expect(
      editTask(backlog, "1", () => ({ appendNotes: "ours" }), now),
    ).rejects.toMatchObject({
      name: "UserError",
      code: "backlog-lock",
      message: expect.stringContaining(lock),
    });
  } finally {
    clearInterval(alive);
  }
  expect(await readFile(file, "utf8")).toBe(before);
});

it("takes over a lock that a killed process left behind", async () => {
  const { root, backlog, now } = await makeBacklog();
  const lock = path.join(root, ".git", "backlog.md", "locks", "create");
  await mkdir(lock, { recursive: true });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  expect((await createTask(backlog, { title: "after the crash" }, now)).id).toBe("TASK-1");
});
