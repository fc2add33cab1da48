import { readdir, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { makeVertexDemo, type VertexDemo } from "../support/vertex-demo.ts";

describe("the demo's exp001 on Vertex AI, by the real entrypoint, uv and template", () => {
  let demo: VertexDemo;

  beforeAll(async () => {
    demo = await makeVertexDemo(await makeTempFolder(), await makeTempFolder());
  });
  afterAll(() => demo.google.close());

  const cli = (...args: string[]) => crossfold(args, { cwd: demo.root, env: demo.env });
  const ours = async (...args: string[]) => {
    const { stdout, stderr, exitCode } = await cli(...args, "--json");
    expect({ exitCode, said: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, said: "" });
    return JSON.parse(stdout);
  };
  const file = (...parts: string[]) => path.join(demo.root, "models", "exp001", ...parts);
  const filesIn = async (folder: string) => (await readdir(file(folder))).toSorted();

  it("gives the CV of this machine to the last digit, out of the same predictions", async () => {
    const here = await ours("train", "exp001", "--on", "local");
    await rename(file("artifacts"), file("artifacts-here"));
    await ours("data", "push");
    const there = await ours("train", "exp001", "--on", "vertex", "--gpu=L4", "--timeout=1h");
    expect(there).toMatchObject({ recorded: true, run: { backend: "vertex" } });
    expect(there.score).toBe(here.score);
    expect(await filesIn("artifacts")).toEqual(await filesIn("artifacts-here"));
    for (const name of ["oof.csv", "folds.csv", "submission.csv"]) {
      const trained = await readFile(file("artifacts", name), "utf8");
      expect(trained).toBe(await readFile(file("artifacts-here", name), "utf8"));
    }
  });

  it("is to history, show, logs and record what a run here is", async () => {
    const [run, before] = (await ours("runs")).runs;
    const { experiments } = await ours("history");
    const shown = { cv: run.score, state: "succeeded", run: run.id, proof: "verified" };
    expect(experiments).toMatchObject([{ experiment: "exp001", best: true, ...shown }]);
    const { runs, scores, gitCommit } = await ours("show", "exp001");
    expect(runs.map(({ backend }: { backend: string }) => backend)).toEqual(["vertex", "local"]);
    expect(scores.map((one: { run: string }) => one.run)).toEqual([before.id, run.id]);
    expect(gitCommit).toMatch(/^[0-9a-f]{40}$/);
    const { stdout: log } = await cli("logs", "exp001");
    expect(log.match(/^fold \d\/5 /gm)).toEqual([1, 2, 3, 4, 5].map((fold) => `fold ${fold}/5 `));
    expect(await ours("record", run.id)).toMatchObject({ already: true, score: run.score });
    const { notes } = await ours("tasks", "view", "TASK-1");
    expect(notes).toContain(`run ${run.id})`);
  });

  it("task train-vertex, word for word: a debug run stays in artifacts/debug/", async () => {
    const metrics = await readFile(file("artifacts", "metrics.json"), "utf8");
    const line = `task train-vertex EXP=exp001 ACCELERATOR_TYPE=NVIDIA_L4 EXTRA_ARGS="--debug"`;
    const { said, exitCode } = await demo.run("sh", "-c", line);
    expect({ said, exitCode }).toMatchObject({ exitCode: 0 });
    expect(said).toContain("g2-standard-8 with 1 NVIDIA_L4");
    const container = demo.google.jobs().at(-1)!.spec.jobSpec.workerPoolSpecs[0]!.containerSpec!;
    expect(container.args!.slice(-2)).toEqual(["--", "--debug"]);
    expect(await filesIn("artifacts/debug")).toEqual(await filesIn("artifacts-here"));
    expect(await readFile(file("artifacts", "metrics.json"), "utf8")).toBe(metrics);
    const [newest] = (await ours("runs")).runs;
    expect(newest).toMatchObject({ debug: true, backend: "vertex", state: "succeeded" });
    expect((await ours("show", "exp001")).scores).toHaveLength(2);
  });
});
