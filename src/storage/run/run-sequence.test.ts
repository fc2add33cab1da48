import { rm, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { addExperiment, addRun, makeWorkspace } from "../../../test/support/workspace.ts";
import { resolveRun } from "../../core/run/run-reference.ts";
import { renewView } from "../experiment/artifacts-view.ts";
import { paths } from "../workspace/paths.ts";
import { readRuns } from "./run-list.ts";
import { nextRunSequence } from "./run-sequence.ts";

const ahead = { id: "20991231-235959-exp001-aaaa", created: "2099-12-31T23:59:59.000Z" };

test.each([{ sequence: 6 }, {}])(
  "a run of a clock that was ahead is not the newest for ever: %j",
  async (given) => {
    const ws = await makeWorkspace();
    await addRun(ws, "exp001", { ...ahead, ...given });
    const next = await nextRunSequence(ws);
    const now = await addRun(ws, "exp001", { sequence: next });
    const { runs } = await readRuns(ws);
    expect(runs.map(({ spec }) => spec.id)).toEqual([now, ahead.id]);
    expect(resolveRun("exp001", runs).spec.id).toBe(now);
  },
);

test("the debug run that was started last is shown, whatever its date", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const debug = { debug: true, metrics: { a: 1 } };
  await addRun(ws, "exp001", { ...ahead, ...debug, sequence: 1 });
  const now = await addRun(ws, "exp001", { ...debug, sequence: 2 });
  const shown: unknown[] = [];
  await renewView(ws, "exp001", async (runs) => void shown.push(runs));
  expect(shown).toEqual([{ whole: undefined, debug: now }]);
});

test("numbers are given once, also at once and where the file that counts them is lost", async () => {
  const ws = await makeWorkspace();
  const given = await Promise.all([1, 2, 3, 4].map(() => nextRunSequence(ws)));
  expect(given.toSorted()).toEqual([1, 2, 3, 4]);
  await addRun(ws, "exp001", { sequence: 9 });
  await writeFile(paths.runSequence(ws), "not a number");
  expect(await nextRunSequence(ws)).toBe(10);
  await rm(paths.runSequence(ws));
  expect(await nextRunSequence(ws)).toBe(10);
});
