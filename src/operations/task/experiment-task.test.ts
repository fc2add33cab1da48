import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { addExperiment, makeWorkspace, testContext } from "../../../test/support/workspace.ts";
import { findBacklog } from "../../backlog/backlog.ts";
import { editTask } from "../../backlog/edit-task.ts";
import { readTask } from "../../backlog/read-tasks.ts";
import { startExperimentTask } from "./experiment-task.ts";

/** A workspace whose backlog has these statuses, and exp001 with its task in the status. */
async function withStatus(status: string, statuses: readonly string[]) {
  const ws = await makeWorkspace();
  const config = path.join(ws.root, "backlog", "config.yml");
  const text = await readFile(config, "utf8");
  await writeFile(config, text.replace(/^statuses: .*$/m, `statuses: ${JSON.stringify(statuses)}`));
  await addExperiment(ws, "exp001");
  const backlog = await findBacklog(ws.root);
  await editTask(backlog, "TASK-1", () => ({ status }), { now: testContext(ws).now() });
  return { ws, statusNow: async () => (await readTask(backlog, "TASK-1")).status };
}

const usual = ["To Do", "In Progress", "Done"];

test.each([
  ["To Do", usual, "In Progress"],
  ["Ready", ["To Do", "Ready", "in progress", "Done"], "in progress"],
  ["In Progress", usual, undefined],
  ["Done", usual, undefined],
  ["Done", ["Done", "To Do", "In Progress"], undefined],
  ["Review", ["To Do", "In Progress", "Review", "Done"], undefined],
  ["To Do", ["To Do", "Doing", "Done"], undefined],
])("a task that is %s, of %j, becomes %s when training starts", async (status, statuses, then) => {
  const { ws, statusNow } = await withStatus(status, statuses);
  const said = await startExperimentTask(testContext(ws), ws, "exp001");
  expect(said).toBe(then === undefined ? undefined : `TASK-1 is ${then}`);
  expect(await statusNow()).toBe(then ?? status);
});

test("a task that cannot be read is said and hinders nothing", async () => {
  const { ws } = await withStatus("To Do", usual);
  const { file } = await readTask(await findBacklog(ws.root), "TASK-1");
  await writeFile(file, "<<<<<<< ours\n");
  expect(await startExperimentTask(testContext(ws), ws, "exp001")).toContain(
    "its task was not moved to In Progress: the task cannot be read",
  );
});
