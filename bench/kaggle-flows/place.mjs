// A stand-in for Kaggle and a workspace of its own for one side of one flow; commands run in it are counted and timed.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** The stand-in, both programs, and a workspace to copy for a file and for a code competition. */
export async function makeBench() {
  const built = mkdtempSync(path.join(root, "dist", "bench-kaggle-"));
  const scratch = mkdtempSync(path.join(tmpdir(), "crossfold-bench-kaggle-"));
  const { startFakeKaggle } = await load(built, path.join("test", "kaggle", "fake-kaggle.ts"));
  const tools = await load(built, path.join("test", "support", "tools.ts"));
  await tools.prepareTools();
  const programs = {
    crossfold: [process.execPath, tools.cliPath],
    kaggle: [await tools.installKaggleClient()],
  };
  // Raises the start of every Node process where it is set.
  const env = { ...tools.toolEnv({ NODE_EXTRA_CA_CERTS: undefined, NO_COLOR: "1" }) };
  const bench = { startFakeKaggle, programs, env, scratch };
  bench.workspaces = {
    file: await makeWorkspace(bench, "file", []),
    code: await makeWorkspace(bench, "code", ["--code"]),
  };
  bench.close = () => {
    rmSync(built, { recursive: true });
    rmSync(scratch, { recursive: true, force: true });
  };
  return bench;
}

/** A module of test/, built from its TypeScript. */
async function load(built, source) {
  const name = path.basename(source, ".ts");
  const outDir = path.join(built, name);
  const entry = [path.join(root, source)];
  const how = { format: "esm", platform: "node", dts: false, logLevel: "error" };
  await build({ cwd: root, config: false, entry, outDir, ...how });
  const file = readdirSync(outDir).find((one) => one.startsWith(`${name}.`));
  return import(pathToFileURL(path.join(outDir, file)).href);
}

const inference = `import os
from pathlib import Path

kaggle = Path(os.environ["CROSSFOLD_KAGGLE_ROOT"])
ids = next((kaggle / "input").rglob("test.csv")).read_text().split()[1:]
(kaggle / "working" / "submission.csv").write_text("id,y\\n" + "".join(f"{one},1\\n" for one in ids))
`;

/** As after a training run: an experiment with artifacts and a submission. */
async function makeWorkspace(bench, kind, more) {
  const folder = path.join(bench.scratch, kind);
  mkdirSync(folder);
  const place = { ...bench, side: "crossfold", folder };
  const data = ["--metric", "accuracy", "--direction", "maximize", "--id", "id", "--target", "y"];
  const init = ["init", "--competition", "bench", "--platform", "kaggle", "--no-sync"];
  await must(place, [...init, "--no-fetch", ...data, ...more]);
  await must(place, ["new", "exp001"]);
  put(folder, "data/input/bench/test.csv", "id\n1\n2\n");
  put(folder, "data/input/bench/sample_submission.csv", "id,y\n1,0\n2,0\n");
  put(folder, "models/exp001/inference.py", inference);
  put(folder, "models/exp001/artifacts/metrics.json", "{}\n");
  put(folder, "models/exp001/artifacts/submission.csv", "id,y\n1,1\n2,0\n");
  put(folder, "models/exp001/artifacts/weights.bin", Buffer.alloc(1_000_000, "weights "));
  return folder;
}

export function put(folder, name, contents) {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), contents);
}

/** A place for one side: its own stand-in, workspace and home. */
export async function openPlace(bench, flow, side) {
  const home = mkdtempSync(path.join(bench.scratch, "place-"));
  const folder = path.join(home, "workspace");
  const code = flow.code === true;
  cpSync(bench.workspaces[code ? "code" : "file"], folder, { recursive: true });
  if (flow.bare) rmSync(path.join(folder, "data", "input", "bench"), { recursive: true });
  const source = path.join(home, "source");
  const files = { ...flow.files?.() };
  if (Object.keys(files).length === 0) files["test.csv"] = "id\n1\n2\n";
  for (const [name, contents] of Object.entries(files)) put(source, name, contents);
  const competition = { slug: "bench", files: source, pendingPolls: 0, higherIsBetter: true };
  const fake = await bench.startFakeKaggle({
    competitions: [{ ...competition, isKernelsSubmissionsOnly: code, ...flow.competition }],
    settings: { ...flow.settings },
  });
  const own = side === "crossfold" ? fake.env : fake.officialEnv;
  const env = { ...bench.env, ...own, HOME: home };
  const close = async () => {
    await fake.close();
    rmSync(home, { recursive: true });
  };
  return { ...bench, side, fake, folder, source, files, env, close };
}

/** One command to its end: seconds with the process's start, exit code, what it printed. */
export async function run({ programs, side, folder, env }, words) {
  const [program, ...first] = programs[side];
  const start = performance.now();
  const stdio = ["ignore", "pipe", "pipe"];
  const child = spawn(program, [...first, ...words], { cwd: folder, env, stdio });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (some) => (said += some));
  const exitCode = await new Promise((done) => child.on("close", done));
  return { exitCode, said, seconds: (performance.now() - start) / 1000 };
}

/** A command that only prepares a flow. */
export async function must(place, words) {
  const { exitCode, said } = await run(place, words);
  if (exitCode !== 0) throw new Error(`${place.side} ${words.join(" ")} failed:\n${said}`);
}
