import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, it } from "vitest";
import {
  holdOn,
  makeRunWorkspace,
  plainPython,
  type RunWorkspace,
  untilPrinted,
  writeMetrics,
} from "../support/run-workspace.ts";

const local = ["--on", "local"];
const train = ["train", "exp001", ...local];

/** Python that writes metrics.json with the score that the first argument says. */
const scored = writeMetrics
  .replace(
    "import json, pathlib",
    "import json, pathlib, sys\nscore = float((sys.argv[1:] or [0.75])[0])",
  )
  .replace(
    '"cv_score": 0.75, "fold_scores": [0.75] * 5',
    '"cv_score": score, "fold_scores": [score] * 5',
  );

const artifact = (ws: RunWorkspace, name: string) =>
  readFile(ws.file(`models/exp001/artifacts/${name}`), "utf8");

async function counted(ws: RunWorkspace): Promise<number> {
  const { stdout } = await ws.cli("history", "--json");
  return JSON.parse(stdout).experiments[0].cv;
}

it("a run reads what was there when it started, whatever is edited while it trains", async () => {
  const source = `${holdOn}
import pathlib
import late, shared.common
print("code", late.value, shared.common.value, pathlib.Path("project.yml").read_text().count("tiny"))
print("data", open("data/input/tiny/train.csv").read().strip().replace("\\n", " "))
${writeMetrics}`;
  const ws = await makeRunWorkspace({
    exp001: source.replace("import late", "import sys; sys.path.append('.')\nimport late"),
  });
  await writeFile(ws.file("models/exp001/late.py"), "value = 1\n");
  await mkdir(ws.file("shared"));
  await writeFile(ws.file("shared/common.py"), "value = 1\n");
  await ws.cli(...train, "--detach");
  await untilPrinted(ws, "ready");
  await writeFile(ws.file("models/exp001/late.py"), "value = 2\n");
  await writeFile(ws.file("shared/common.py"), "value = 2\n");
  const project = await readFile(ws.file("project.yml"), "utf8");
  await writeFile(ws.file("project.yml"), project.replaceAll("accuracy", "f1"));
  await ws.goOn();
  const { stdout } = await ws.cli("wait", "exp001", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ recorded: true, score: 0.75 });
  const log = await ws.record("output.log");
  expect(log).toContain("code 1 1 1");
  expect(log).toContain("data id,y 1,0");
});

it("data that change while it trains refuse the score, for good", async () => {
  const ws = await makeRunWorkspace({ exp001: `${holdOn}${writeMetrics}` });
  await ws.cli(...train, "--detach");
  await untilPrinted(ws, "ready");
  const data = ws.file("data/input/tiny/train.csv");
  const before = await readFile(data);
  await writeFile(data, "id,y\n1,1\n");
  await ws.goOn();
  const waited = JSON.parse((await ws.cli("wait", "exp001", "--json")).stdout);
  expect(waited.problem).toContain("train.csv is not the file that it was");
  await writeFile(data, before);
  const { stderr, exitCode } = await ws.cli("record", "exp001");
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("is not the file that it was")]);
  expect(await ws.scores("exp001")).toBe(0);
});

it("two trainings of one experiment at once leave two scores and one run's files", async () => {
  const ws = await makeRunWorkspace({ exp001: `${holdOn}${scored}` });
  await ws.cli(...train, "--detach", "--", "0.6");
  await ws.cli(...train, "--detach", "--", "0.8");
  await untilPrinted(ws, "ready");
  await ws.goOn();
  const runs = await ws.runs();
  await Promise.all(runs.map(({ id }) => ws.cli("wait", id)));
  expect((await ws.runs()).map(({ score }) => score).toSorted()).toEqual([0.6, 0.8]);
  expect(await ws.scores("exp001")).toBe(2);
  expect(JSON.parse(await artifact(ws, "metrics.json")).cv_score).toBe(await counted(ws));
});

it("a script started by hand beside a run reaches neither its score nor, for long, its files", async () => {
  const ws = await makeRunWorkspace({ exp001: `${holdOn}${scored}` });
  await ws.cli(...train, "--detach");
  await untilPrinted(ws, "ready");
  await writeFile(
    ws.file("hand.py"),
    scored.replace("pathlib.Path(__file__).parent", 'pathlib.Path("models/exp001")'),
  );
  const byHand = async () =>
    x(await plainPython(), ["hand.py", "0.999"], { nodeOptions: { cwd: ws.root } });
  await byHand();
  await ws.goOn();
  expect((await ws.cli("wait", "exp001")).exitCode).toBe(0);
  expect(await counted(ws)).toBe(0.75);
  await byHand();
  const { stderr } = await ws.cli("show", "exp001");
  expect(stderr).toContain("metrics.json): moved to .crossfold/replaced/exp001-artifacts-");
  expect(JSON.parse(await artifact(ws, "metrics.json")).cv_score).toBe(0.75);
});

it("a failed run replaces nothing", async () => {
  const ws = await makeRunWorkspace({ exp001: scored });
  await ws.cli(...train);
  await writeFile(ws.file("models/exp001/train.py"), `${scored}\nraise SystemExit(3)`);
  await ws.cli(...train, "--", "0.9");
  expect(JSON.parse(await artifact(ws, "metrics.json")).cv_score).toBe(0.75);
  expect(await counted(ws)).toBe(0.75);
});

it("a script of the experiment finds the recorded run's artifacts, and changes none of them", async () => {
  const inference = `
import pathlib
artifacts = pathlib.Path(__file__).parent / "artifacts"
model = artifacts / "model.txt"
(artifacts / "submission.csv").write_text(model.read_text())
model.write_text("spoilt")
`;
  const model = `${scored}\n(artifacts / "model.txt").write_text(str(score))`;
  const ws = await makeRunWorkspace({ exp001: model });
  await ws.cli(...train);
  const trained = await ws.newest();
  await writeFile(ws.file("models/exp001/inference.py"), inference);
  await writeFile(ws.file("models/exp001/artifacts/model.txt"), "by hand");
  expect((await ws.cli("run", "models/exp001/inference.py")).exitCode).toBe(0);
  expect(JSON.parse(await ws.record("spec.json"))).toMatchObject({ uses: trained.id });
  expect(await ws.record("artifacts/submission.csv")).toBe("0.75");
  // Of what it was given, only what it changed is its own.
  const own = await readdir(ws.file(path.join((await ws.newest()).folder, "artifacts")));
  expect(own.toSorted()).toEqual(["model.txt", "submission.csv"]);
  expect(await artifact(ws, "model.txt")).toBe("0.75");
  expect(existsSync(ws.file("models/exp001/artifacts/submission.csv"))).toBe(false);
});

it("a script outside models/ runs where it lies", async () => {
  const ws = await makeRunWorkspace({});
  await mkdir(ws.file("scripts"));
  await writeFile(ws.file("scripts/make.py"), 'open("made.txt", "w").write("1")');
  expect((await ws.cli("run", "scripts/make.py")).exitCode).toBe(0);
  expect(existsSync(ws.file("made.txt"))).toBe(true);
});

it("what a run writes beside its artifacts is kept in its record, and said", async () => {
  const ws = await makeRunWorkspace({ exp001: `${writeMetrics}\nopen("log.txt", "w").write("1")` });
  const { stderr } = await ws.cli(...train);
  const { folder } = await ws.newest();
  expect(await readdir(ws.file(path.join(folder, "workspace")))).toEqual(["log.txt"]);
  expect(stderr).toContain(`wrote beside its artifacts/ is in ${folder}/workspace`);
});

it("a script that rewrites what it is judged by is refused", async () => {
  const ws = await makeRunWorkspace({
    exp001: `${writeMetrics}
project = pathlib.Path("../project.yml")
project.write_text(project.read_text().replace("maximize", "minimize"))
`,
  });
  const { exitCode, stdout } = await ws.cli(...train);
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringContaining("project.yml in the run's record was changed since the run started"),
  ]);
  expect(await ws.scores("exp001")).toBe(0);
});
