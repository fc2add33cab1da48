import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, test } from "vitest";
import { findBacklog } from "../../backlog/backlog.ts";
import { findTasksByLabels, readTask } from "../../backlog/read-tasks.ts";
import { readExperiment } from "../../storage/experiment/experiment-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { addExperiment, makeWorkspace, testContext } from "../../../test/support/workspace.ts";
import { newExperiment } from "../commands/create/new.ts";
import { planAdd } from "../commands/plan/plan-add.ts";

const plan = (ws: Workspace, hypothesis: string, more: object = {}) =>
  planAdd.run(testContext(ws), planAdd.input.parse({ hypothesis, ...more }));
const make = (ws: Workspace, request: object) =>
  newExperiment.run(testContext(ws), newExperiment.input.parse(request));

async function workspaceWithTemplate(): Promise<Workspace> {
  const ws = await makeWorkspace();
  await mkdir(path.join(ws.root, "templates", "models"), { recursive: true });
  await writeFile(path.join(ws.root, "templates", "models", "train.py"), "print('exp000')\n");
  await addExperiment(ws, "exp001");
  return ws;
}

async function git(ws: Workspace, ...args: string[]): Promise<void> {
  const who = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
  await x("git", [...who, ...args], { nodeOptions: { cwd: ws.root }, throwOnError: true });
}

test("new skips a planned number, and leaves its task to its idea", async () => {
  const ws = await workspaceWithTemplate();
  const planned = await plan(ws, "ratios of areas");
  expect(planned.experiment).toBe("exp002");
  const other = await make(ws, { hypothesis: "log of the price" });
  expect(other).toMatchObject({ experiment: "exp003", taskOrigin: "created" });
  expect(other.task).not.toBe(planned.task.id);
  expect(await make(ws, { experiment: "exp002" })).toMatchObject({
    task: planned.task.id,
    taskOrigin: "found",
  });
});

test("new takes the planned number for the planned hypothesis, however it is spaced", async () => {
  const ws = await workspaceWithTemplate();
  await plan(ws, "ratios of areas");
  const { task } = await plan(ws, "log of the price");
  expect(await make(ws, { hypothesis: " Log of  the price " })).toMatchObject({
    experiment: "exp003",
    task: task.id,
  });
  expect(await make(ws, { hypothesis: "log of the price" })).toMatchObject({
    experiment: "exp004",
  });
});

test("new without a hypothesis takes the next number where that is planned", async () => {
  const ws = await workspaceWithTemplate();
  const { task } = await plan(ws, "ratios of areas");
  expect(await make(ws, {})).toMatchObject({ experiment: "exp002", task: task.id });
});

test("new refuses a planned number for another idea, and says how to go on", async () => {
  const ws = await workspaceWithTemplate();
  await plan(ws, "ratios of areas");
  await expect(make(ws, { experiment: "exp002", hypothesis: "another" })).rejects.toMatchObject({
    code: "experiment-planned",
    next: { operation: "new", input: { hypothesis: "another" } },
  });
});

test("plans and experiments made at once never share a number", async () => {
  const ws = await workspaceWithTemplate();
  const made = await Promise.all([
    plan(ws, "a first idea"),
    make(ws, { hypothesis: "a second one" }),
    plan(ws, "a third one"),
    make(ws, { hypothesis: "a fourth one" }),
  ]);
  expect(made.map(({ experiment }) => experiment).toSorted()).toEqual([
    "exp002",
    "exp003",
    "exp004",
    "exp005",
  ]);
  const backlog = await findBacklog(ws.root);
  for (const { experiment } of made)
    expect(await findTasksByLabels(backlog, ["exp", experiment])).toHaveLength(1);
});

test.each(["completed", "archive/tasks", "drafts"])(
  "a number whose task lies in %s stays taken",
  async (folder) => {
    const ws = await workspaceWithTemplate();
    const { task } = await plan(ws, "ratios of areas");
    const to = path.join(ws.root, "backlog", folder);
    await mkdir(to, { recursive: true });
    await rename(path.join(ws.root, task.file), path.join(to, path.basename(task.file)));
    expect((await make(ws, {})).experiment).toBe("exp003");
    expect((await plan(ws, "another")).experiment).toBe("exp004");
  },
);

test("a task that cannot be read keeps the number in its file's name", async () => {
  const ws = await workspaceWithTemplate();
  const { task } = await plan(ws, "ratios of areas");
  await writeFile(path.join(ws.root, task.file), "<<<<<<< HEAD\n");
  expect((await make(ws, {})).experiment).toBe("exp003");
});

test("a number that only another branch has planned stays taken", async () => {
  const ws = await workspaceWithTemplate();
  await git(ws, "init", "-q", "-b", "main");
  await git(ws, "add", "-A");
  await git(ws, "commit", "-q", "-m", "a");
  await git(ws, "checkout", "-q", "-b", "idea");
  const { task } = await plan(ws, "ratios of areas");
  const renamed = path.join(path.dirname(task.file), "task-2 - 別の題.md");
  await rename(path.join(ws.root, task.file), path.join(ws.root, renamed));
  await git(ws, "add", "-A");
  await git(ws, "commit", "-q", "-m", "b");
  await git(ws, "checkout", "-q", "main");
  expect((await make(ws, { hypothesis: "another" })).experiment).toBe("exp003");
});

test("a secret in a hypothesis is in neither experiment.yml nor the task", async () => {
  const ws = await workspaceWithTemplate();
  await writeFile(path.join(ws.root, ".env"), "BUCKET=k9Xq2Lm8Zp4Rt6Yw\n");
  const { task } = await make(ws, { hypothesis: "read from k9Xq2Lm8Zp4Rt6Yw" });
  expect((await readExperiment(ws, "exp002")).hypothesis).toBe("read from ***");
  expect((await readTask(await findBacklog(ws.root), task)).title).toContain("read from ***");
});
