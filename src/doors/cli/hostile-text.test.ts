import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  metricsOf,
  testNow,
} from "../../../test/support/workspace.ts";
import { obeyed } from "../../../test/support/terminal-text.ts";
import { addDoc } from "../../backlog/docs.ts";
import { findBacklog } from "../../backlog/backlog.ts";
import { createTask } from "../../backlog/create-task.ts";
import { editTask } from "../../backlog/edit-task.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { reportError } from "./errors.ts";
import { runCommandLine } from "./main-command.ts";

/** A title, the clipboard, a cleared screen, a bell, a link, a turned direction, in seven and eight bits; and colour. */
const hostile =
  "\u001B]0;owned\u0007\u001B]52;c;cm0=\u001B\\\u001B[2J\u0007\u001B]8;;http://x\u001B\\z\u001B]8;;\u001B\\\u202Eevil\u2066\u009B2J\u009D0;t\u009C\u001B[8m\u200B\u{E0041}שלום";

let ws: Workspace;

beforeAll(async () => {
  ws = await makeWorkspace();
  const { task } = await addExperiment(ws, "exp001", { hypothesis: `H ${hostile}` });
  await addRun(ws, "exp001", {
    log: `log ${hostile}\n`,
    metrics: metricsOf([0.7, 0.8], { config: { [`key${hostile}`]: hostile } }),
  });
  await addRun(ws, "exp001", {
    id: "20261123-021530-exp001-bad1",
    state: "failed",
    log: `Error: ${hostile}\n`,
  });
  const backlog = await findBacklog(ws.root);
  const now = { now: testNow };
  const notes = `n ${hostile}`;
  await editTask(
    backlog,
    task!.id,
    () => ({ notes, plan: notes, finalSummary: notes, addLabels: [hostile] }),
    now,
  );
  await createTask(backlog, { title: `T ${hostile}`, labels: ["exp", hostile] }, now);
  await addDoc(backlog, { title: `D ${hostile}`, content: `C ${hostile}` }, now);
  await writeFile(
    path.join(backlog.folder, "tasks", "task-9 - x.md"),
    `---\nid: ${hostile}\n: [\n`,
  );
  await writeFile(
    path.join(paths.experiment(ws, "exp001"), "train.py"),
    `import os # ${hostile}\n${hostile}\n`,
  );
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What a command line writes to both streams, as a person in a colour terminal gets it. */
async function typed(words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  vi.stubEnv("FORCE_COLOR", "1");
  const shown = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      shown[name] += Buffer.from(text).toString();
      return true;
    });
  }
  await runCommandLine(["-C", ws.root, ...words]).catch((error: unknown) =>
    reportError(error, words.includes("--json")),
  );
  return shown;
}

const commandLines = [
  "tasks",
  `tasks view 1`,
  "tasks search evil",
  "plan",
  "overview",
  "history",
  "show exp001",
  "compare exp001 exp001",
  "runs",
  "logs 20261123-021530-exp001-bad1",
  "docs",
  "docs view 1",
  "check exp001",
  "check exp001 --format sarif",
  "check exp001 --format github",
  "complete bash -- tasks view ",
  "record 20261123-011530-exp001-k3f9",
].map((line) => line.split(" "));

test.each(commandLines)("%s %s %s %s: nothing in it moves the terminal", async (...words) => {
  const { stdout, stderr } = await typed(words);
  expect(stdout + stderr).not.toMatch(obeyed);
  expect(stdout + stderr).not.toBe("");
});

test.each([
  "tasks view 9",
  `tasks view ${hostile}`,
  `show ${hostile}`,
  `${hostile}`,
  `tasks --status ${hostile}`,
])("an error that tells of it: %j", async (line) => {
  const { stderr } = await typed(line.split(" "));
  expect(stderr).toContain("crossfold:");
  expect(stderr).not.toMatch(obeyed);
});

test("the words are still there to read, and colours are ours alone", async () => {
  const { stdout } = await typed(["tasks", "view", "2"]);
  expect(stdout).toContain("T zevilשלום");
  const log = await typed(["logs", "20261123-021530-exp001-bad1"]);
  expect(log.stdout).toContain("Error: zevilשלום\n");
});

test("files keep what was written, and JSON gives it back", async () => {
  const { stdout } = await typed(["tasks", "view", "1", "--json"]);
  expect(stdout).not.toMatch(obeyed);
  expect((JSON.parse(stdout) as { notes: string }).notes).toContain(`n ${hostile}`);
  const { stdout: log } = await typed(["logs", "20261123-021530-exp001-bad1", "--json"]);
  expect(log).not.toMatch(obeyed);
  expect((JSON.parse(log) as { text: string }).text).toBe(`Error: ${hostile}\n`);
  expect(await readdir(paths.runs(ws))).toHaveLength(2);
});
