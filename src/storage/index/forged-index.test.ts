import { readFile } from "node:fs/promises";
import { x } from "tinyexec";
import { expect, test } from "vitest";
import { verify } from "../../operations/commands/record/verify.ts";
import { history } from "../../operations/commands/review/history.ts";
import { recordRun } from "../../operations/score/record-run.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  metricsOf,
  testContext,
} from "../../../test/support/workspace.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";
import { forgetIndexes, saveIndexes } from "./file-index.ts";
import { readIndexFile, writeIndexFile } from "./index-file.ts";

const until = (work: () => Promise<boolean>): Promise<void> =>
  expect.poll(work, { timeout: 10_000 }).toBe(true) as Promise<void>;

async function shownScore(ws: Workspace): Promise<number | null> {
  const { experiments } = await history.run(testContext(ws), history.input.parse({}));
  return experiments[0]!.cv;
}

test("a score that something wrote into the index is gone after verify", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const run = await addRun(ws, "exp001", { metrics: metricsOf([0.5, 0.5, 0.5, 0.5, 0.5]) });
  await recordRun(testContext(ws), ws, run);
  const file = paths.index(ws, "ledgers");
  // Files that changed just now are not remembered.
  await until(async () => {
    await shownScore(ws);
    saveIndexes();
    return (await readFile(file, "latin1").catch(() => "")).includes("exp001");
  });
  const maker = /"maker":"([^"]+)"/.exec(await readFile(file, "latin1"))![1]!;
  const stored = readIndexFile(file, maker)!;
  const lines = stored.readLines()!;
  const head = lines.heads()[0]!.replace("0.5", "0.9");
  const rest = lines.rest(0).replace('"score":0.5', '"score":0.9');
  writeIndexFile(file, maker, [{ key: "exp001", stamps: stored.stamps, head, rest }]);
  forgetIndexes();
  expect(head).toContain("0.9");

  await verify.run(testContext(ws), { experiments: [] });
  expect(await shownScore(ws)).toBe(0.5);
});

test("a pipe in the place of an index makes no command wait", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  await x("mkdir", ["-p", paths.indexes(ws)]);
  await x("mkfifo", [paths.index(ws, "ledgers")]);
  forgetIndexes();
  expect(await shownScore(ws)).toBeNull();
});
