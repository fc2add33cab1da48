import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Backlog, findBacklog } from "./backlog.ts";
import { createTask } from "./create-task.ts";
import { addDoc, listDocs, readDoc, updateDoc } from "./docs.ts";
import { editTask } from "./edit-task.ts";
import { initBacklog } from "./init-backlog.ts";
import { findTasksByLabels, readTask, readTasks } from "./read-tasks.ts";

const now = { now: new Date("2026-11-23T08:15:00Z") };
let root: string;
let backlog: Backlog;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "crossfold-backlog-"));
  await mkdir(path.join(root, ".git"));
  backlog = await initBacklog(root, "Demo");
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("finding the backlog", () => {
  it("keeps the settings that are there when made again", async () => {
    const file = path.join(root, "backlog", "config.yml");
    await writeFile(file, 'project_name: "Mine"\ntask_prefix: "job"\n');
    expect((await initBacklog(root, "Other")).config).toMatchObject({
      project_name: "Mine",
      task_prefix: "job",
    });
    expect(await readFile(file, "utf8")).toBe('project_name: "Mine"\ntask_prefix: "job"\n');
  });

  it("finds .backlog, and the folder that backlog.config.yml names", async () => {
    await rename(path.join(root, "backlog"), path.join(root, ".backlog"));
    expect((await findBacklog(root)).folder).toBe(path.join(root, ".backlog"));
    await rename(path.join(root, ".backlog"), path.join(root, "plans"));
    await writeFile(path.join(root, "backlog.config.yml"), 'backlog_directory: "plans"\n');
    expect((await findBacklog(root)).folder).toBe(path.join(root, "plans"));
  });

  it("says how to get one where there is none", async () => {
    await rm(path.join(root, "backlog"), { recursive: true });
    await expect(findBacklog(root)).rejects.toMatchObject({
      code: "no-backlog",
      next: { operation: "init", input: {} },
    });
  });

  it("names the line of a setting that cannot be read", async () => {
    const file = path.join(root, "backlog", "config.yml");
    await writeFile(file, "project_name: x\nstatuses: 3\n");
    await expect(findBacklog(root)).rejects.toMatchObject({
      code: "backlog-config",
      at: { file, line: 2 },
    });
  });
});

describe("tasks", () => {
  it("are found by any form of their id and by exact labels", async () => {
    await createTask(backlog, { title: "a", labels: ["exp", "exp001"] }, now);
    await createTask(backlog, { title: "b", labels: ["exp", "exp0010"] }, now);
    for (const id of ["1", "task-1", "TASK-1", "task-001"]) {
      expect((await readTask(backlog, id)).title).toBe("a");
    }
    const found = await findTasksByLabels(backlog, ["exp", "exp001"]);
    expect(found.map((task) => task.id)).toEqual(["TASK-1"]);
  });

  it("work beside a broken file, which is named with its line", async () => {
    await createTask(backlog, { title: "good" }, now);
    const { file } = await createTask(backlog, { title: "bad" }, now);
    await writeFile(file, "---\nid: TASK-2\n<<<<<<< HEAD\n=======\n>>>>>>> x\n---\n");
    const { tasks, problems } = await readTasks(backlog);
    expect(tasks.map((task) => task.id)).toEqual(["TASK-1"]);
    expect(problems).toMatchObject([{ at: { file, line: 3 } }]);
    await expect(editTask(backlog, "2", () => ({ notes: "x" }), now)).rejects.toMatchObject({
      code: "broken-task",
      at: { file, line: 3 },
    });
    expect((await createTask(backlog, { title: "next" }, now)).id).toBe("TASK-3");
  });

  it("keep ids of completed and archived ones, whose mention still counts", async () => {
    const { file } = await createTask(backlog, { title: "first" }, now);
    await rename(file, path.join(backlog.folder, "archive", "tasks", path.basename(file)));
    const second = await createTask(backlog, { title: "second", dependencies: ["1"] }, now);
    expect(second).toMatchObject({ id: "TASK-2", dependencies: ["TASK-1"] });
  });

  it("refuse a dependency that is not there, and themselves, and change nothing", async () => {
    await createTask(backlog, { title: "only" }, now);
    await expect(
      createTask(backlog, { title: "x", dependencies: ["9"] }, now),
    ).rejects.toMatchObject({
      code: "no-task",
    });
    await expect(
      editTask(backlog, "1", () => ({ addDependencies: ["1"] }), now),
    ).rejects.toMatchObject({
      code: "own-dependency",
    });
    expect((await readTasks(backlog)).tasks).toHaveLength(1);
    await expect(readTask(backlog, "9")).rejects.toMatchObject({
      expected: "one of TASK-1",
      exitCode: 2,
    });
  });

  it("say so when two files carry one id", async () => {
    const { file } = await createTask(backlog, { title: "here" }, now);
    await writeFile(file.replace("here", "there"), await readFile(file, "utf8"));
    expect((await readTasks(backlog)).problems).toMatchObject([
      { message: expect.stringContaining("TASK-1 is also") },
    ]);
    await expect(editTask(backlog, "1", () => ({ notes: "x" }), now)).rejects.toMatchObject({
      code: "task-id-twice",
    });
  });

  it("are shown to `change` as they are on disk, and left alone when it gives nothing", async () => {
    const { file } = await createTask(backlog, { title: "t" }, now);
    const once = () =>
      editTask(
        backlog,
        "1",
        (task) => (task.notes.includes("run 1") ? undefined : { appendNotes: "run 1" }),
        now,
      );
    await Promise.all([once(), once(), once()]);
    const text = await readFile(file, "utf8");
    expect((await readTask(backlog, "1")).notes).toBe("run 1");
    await once();
    expect(await readFile(file, "utf8")).toBe(text);
  });
});

describe("documents", () => {
  it("keep unknown frontmatter when their text is replaced", async () => {
    const { file } = await addDoc(backlog, { title: "Data", content: "old" }, now);
    await writeFile(
      file,
      (await readFile(file, "utf8")).replace("type:", "source: kaggle # mine\ntype:"),
    );
    await updateDoc(backlog, "DOC-1", "new", now);
    const text = await readFile(file, "utf8");
    expect(text).toContain("source: kaggle # mine\ntype: other\n");
    expect(text.endsWith("---\nnew\n")).toBe(true);
    await updateDoc(backlog, "doc-1", "new", { now: new Date("2027-01-01T00:00:00Z") });
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("are found in folders below, and listed where one is missing", async () => {
    await mkdir(path.join(backlog.folder, "docs", "sub"));
    const below = "---\nid: doc-4\ntitle: Below\n---\ntext\n";
    await writeFile(path.join(backlog.folder, "docs", "sub", "doc-4 - Below.md"), below);
    await writeFile(path.join(backlog.folder, "docs", "plain.md"), "no frontmatter\n");
    expect((await addDoc(backlog, { title: "Next", content: "" }, now)).id).toBe("doc-5");
    const { docs, problems } = await listDocs(backlog);
    expect(docs.map((doc) => doc.id)).toEqual(["doc-4", "doc-5"]);
    expect(problems).toMatchObject([{ at: { line: 1 } }]);
    expect((await readDoc(backlog, "4")).content).toBe("text");
    await expect(readDoc(backlog, "DOC-9")).rejects.toMatchObject({
      expected: "one of doc-4 (Below), doc-5 (Next)",
      exitCode: 2,
    });
  });
});
