import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { logs } from "../src/operations/commands/train/logs.ts";
import { runs } from "../src/operations/commands/train/runs.ts";
import { train } from "../src/operations/commands/train/train.ts";
import { chooseTarget } from "../src/operations/run/choose-target.ts";
import { findPython } from "../src/python/uv.ts";
import { paths } from "../src/storage/workspace/workspace.ts";
import { addExperiment, makeWorkspace, testContext } from "./support/workspace.ts";

/** The table with one line more: what CONTRIBUTING.md asks of whoever adds a compute target, and nothing else. */
vi.mock("../src/compute/targets.ts", async (original) => {
  const { box } = await import("./fixtures/compute-target/box.ts");
  const real = await original<typeof import("../src/compute/targets.ts")>();
  const targets = { ...real.targets, box };
  return {
    ...real,
    targets,
    targetNames: Object.keys(targets),
    findTarget: (name: keyof typeof targets) => targets[name],
  };
});

async function workspace() {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  await mkdir(paths.input(ws), { recursive: true });
  await writeFile(path.join(paths.input(ws), "train.csv"), "id,target\n1,0\n");
  const python = await findPython(process.env);
  return { ws, context: { ...testContext(ws), env: { CROSSFOLD_PYTHON: python!.file } } };
}

test("train --on takes it; its run has a state, a log and a place in the list", async () => {
  const { ws, context } = await workspace();
  const input = train.input.parse({ experiment: "exp001", on: "box", check: false });
  const result = await train.run(context, input);
  expect(context.news).toContain("the box is free");
  expect(result).toMatchObject({ outcome: "ended", run: { state: "succeeded", backend: "box" } });
  const listed = await runs.run(context, runs.input.parse({}));
  expect(listed.runs).toMatchObject([{ experiment: "exp001", state: "succeeded", backend: "box" }]);
  let shown = "";
  const write = (piece: Uint8Array) => void (shown += Buffer.from(piece).toString());
  const reader = { ...testContext(ws), write };
  await logs.run(reader, logs.input.parse({ run: "exp001" }));
  expect(shown).toContain("the box ran models/exp001/train.py");
});

test("train offers it, with what is to be set up first", async () => {
  const { ws, context } = await workspace();
  const refused = await chooseTarget(context, ws, "exp001").catch((error: unknown) => error);
  expect((refused as { expected: string }).expected).toContain(
    "--on box   (Box: under the desk; needs metadata.box)",
  );
});
