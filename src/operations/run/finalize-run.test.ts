import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  metricsOf,
  testContext,
} from "../../../test/support/workspace.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { finalizeRun, recordAgain } from "./finalize-run.ts";

const folds = [0.801, 0.806, 0.803, 0.808, 0.803];

async function trained(): Promise<{
  ws: Workspace;
  run: string;
  finalize: () => ReturnType<typeof finalizeRun>;
}> {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  await addExperiment(ws, "exp002", { parent: "exp001" });
  const run = await addRun(ws, "exp002", { metrics: metricsOf(folds) });
  return { ws, run, finalize: () => finalizeRun(testContext(ws), ws, run) };
}

test("a score whose line was written is recorded, whatever is wrong with experiment.yml, its parent and its task", async () => {
  const { ws, finalize } = await trained();
  await writeFile(path.join(paths.experiment(ws, "exp002"), "experiment.yml"), "name: *broken*\n");
  await rm(path.join(ws.root, "backlog", "tasks"), { recursive: true });
  await mkdir(paths.ledger(ws, "exp001"));
  const outcome = await finalize();
  expect(outcome).toMatchObject({ recorded: true, problem: null });
  expect(outcome.summary).toMatch(
    /^CV 0.8042 accuracy recorded, .*cannot be read as an experiment: not valid YAML/,
  );
  expect(await readFile(paths.ledger(ws, "exp002"), "utf8")).toContain('"kind":"cv"');
});

test("a score that was recorded is not said to be where its ledger does not have it", async () => {
  const { ws, run, finalize } = await trained();
  expect(await finalize()).toMatchObject({ recorded: true, problem: null });
  const ledger = paths.ledger(ws, "exp002");
  await rename(ledger, `${ledger}.other-branch`);
  expect(await finalize()).toMatchObject({
    recorded: false,
    problem: expect.stringContaining("models/exp002/scores.jsonl does not have it now"),
    next: { operation: "record", input: { target: run } },
  });
  await recordAgain(testContext(ws), ws, run);
  expect(await finalize()).toMatchObject({ recorded: true, problem: null });
  await rm(ledger);
  await mkdir(ledger);
  expect((await finalize()).problem).toContain("cannot be read: a folder is in its place");
});

test("a run that ends while another branch is checked out makes no folder there, and is recorded later", async () => {
  const { ws, finalize } = await trained();
  const folder = paths.experiment(ws, "exp002");
  await rename(folder, `${ws.root}.exp002`);
  expect(await finalize()).toMatchObject({
    recorded: false,
    problem: expect.stringContaining("models/exp002 is not here now"),
  });
  await expect(readFile(paths.ledger(ws, "exp002"))).rejects.toThrow("ENOENT");
  await rename(`${ws.root}.exp002`, folder);
  expect(await finalize()).toMatchObject({ recorded: true, problem: null });
});
