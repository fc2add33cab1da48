// Writes docs/vertex-transcript.md: the demo's exp001 trained on Vertex AI, against the stand-in for Google of test/google.
//
//     npm run build && node scripts/vertex-transcript.mjs
//
// The text stands here; the outputs are what the commands print. It takes a minute or two.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = mkdtempSync(path.join(root, "dist", "transcript-"));
const scratch = mkdtempSync(path.join(tmpdir(), "crossfold-transcript-"));
const page = [];

try {
  const { makeVertexDemo } = await loadDemo();
  const folder = path.join(scratch, "houses");
  mkdirSync(folder);
  const demo = await makeVertexDemo(folder, scratch);
  try {
    await tell(demo);
  } finally {
    await demo.google.close();
  }
  writeFileSync(path.join(root, "docs", "vertex-transcript.md"), `${page.join("\n").trim()}\n`);
} finally {
  rmSync(built, { recursive: true });
  rmSync(scratch, { recursive: true, force: true });
}

async function tell(demo) {
  const show = (...lines) => showAll(demo, lines);
  say(
    "# A training on Vertex AI",
    "",
    "What the commands print when the demo's exp001 (house prices in Ames, the template as it is) is trained on Vertex AI.",
    "",
    "This ran against the stand-in for Google that the tests use, not against Google. The stand-in runs the job's container",
    "as a plain process: the entrypoint of `docker/`, uv and the template's packages are the real ones, the bucket is a folder,",
    "the L4 is made up, and a machine is there at once. At Google a job waits minutes for its machine. `scripts/vertex-transcript.mjs` writes this page.",
    "",
    "`project.yml` says where:",
    "",
    "```yaml",
    ...readFileSync(path.join(demo.root, "project.yml"), "utf8")
      .split("\n")
      .filter((line, index, all) => index >= all.indexOf("vertex:") && line !== ""),
    "```",
    "",
  );
  say("## Is everything there?", "");
  await show("crossfold infra check --gpu NVIDIA_L4");
  say("The data goes into the bucket once.", "");
  await show("crossfold data push");
  say("## Training", "");
  await show(
    "crossfold train exp001 --on vertex --gpu NVIDIA_L4 --timeout 1h --max-cost 0.50",
    "crossfold train exp001 --on vertex --gpu NVIDIA_L4 --timeout 1h --max-cost 2",
  );
  say("The artifacts are here, and the run is one like any other.", "");
  await show("ls models/exp001/artifacts", "crossfold runs", "crossfold logs exp001 --tail 3");
  say("In the bucket the run has left:", "", "```text", listBucket(demo), "```", "");
  say("## A debug run, in Task's spelling", "");
  await show(
    'task train-vertex EXP=exp001 ACCELERATOR_TYPE=NVIDIA_L4 EXTRA_ARGS="--debug"',
    "ls models/exp001/artifacts/debug",
  );
  say("## A second one, stopped", "");
  await show(
    'crossfold new --from exp001 --hypothesis "Slower learning gains a little"',
    "sed -i 's/learning_rate: float = 0.05/learning_rate: float = 0.04/' models/exp002/settings.py",
    "crossfold train exp002 --on vertex --gpu NVIDIA_L4 --spot --detach",
  );
  await untilPrinted(demo, "fold 1/5");
  await show("crossfold logs exp002", "crossfold stop exp002");
  say("## No such machine free", "");
  demo.google.fault({ on: "job", kind: "stockout" });
  await show("crossfold train exp002 --on vertex --gpu NVIDIA_L4 --timeout 2h");
  say("## The laptop goes to sleep", "");
  say(
    "Whatever here follows the job is killed while it runs. The next command that looks at the runs downloads everything.",
    "",
  );
  await show("crossfold train exp002 --on vertex --timeout 2h --detach");
  killSupervisor(demo);
  await demo.google.finished();
  await show("crossfold runs exp002 --limit 1", "crossfold tasks view TASK-2");
  say("## The same experiment here", "");
  say(
    "With the same code, data, seed, versions and number of threads the CV is the same to the last digit. On another kind",
    "of processor the last digits may differ.",
    "",
  );
  await show(
    "crossfold train exp001 --on local",
    `grep -o '"run":"[^"]*","score":[0-9.]*' models/exp001/scores.jsonl`,
    "crossfold runs",
    "crossfold history",
  );
}

function say(...lines) {
  page.push(...lines);
}

/** Runs command lines and shows them with what they print, as one block. */
async function showAll(demo, lines) {
  say("```console");
  for (const line of lines) {
    process.stderr.write(`$ ${line}\n`);
    say(`$ ${line}`);
    const { said, exitCode } = await demo.run("sh", "-c", line);
    const text = shorten(demo, said).trimEnd();
    if (text !== "") say(text);
    if (exitCode !== 0) say("$ echo $?", String(exitCode));
  }
  say("```", "");
}

/** Nothing of this machine. */
function shorten(demo, text) {
  return text
    .replaceAll(demo.root, "~/houses")
    .replaceAll(scratch, "/workspace")
    .replaceAll(/ +$/gm, "");
}

/** The stand-in's bucket is a folder. */
function listBucket(demo) {
  const bucket = demo.google.bucketFolder("demo-bucket");
  return readdirSync(bucket, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(bucket, path.join(entry.parentPath, entry.name)))
    .filter((name) => name.startsWith("crossfold/"))
    .toSorted()
    .map((name) => `gs://demo-bucket/${name}`)
    .join("\n");
}

/** Of the newest run. */
function killSupervisor(demo) {
  const runs = path.join(demo.root, ".crossfold", "runs");
  const newest = readdirSync(runs)
    .filter((name) => !name.startsWith("."))
    .toSorted()
    .at(-1);
  const { supervisor } = JSON.parse(readFileSync(path.join(runs, newest, "state.json"), "utf8"));
  process.kill(supervisor.pid, "SIGKILL");
}

async function untilPrinted(demo, text) {
  for (let tries = 0; tries < 600; tries += 1) {
    const { said } = await demo.run("crossfold", "logs", "exp002");
    if (said.includes(text)) return;
    await pause(300);
  }
  throw new Error(`exp002 never said "${text}"`);
}

async function loadDemo() {
  await build({
    cwd: root,
    config: false,
    entry: [path.join(root, "test", "support", "vertex-demo.ts")],
    outDir: built,
    format: "esm",
    platform: "node",
    dts: false,
    logLevel: "error",
  });
  const file = readdirSync(built).find((name) => /^vertex-demo\.m?js$/.test(name));
  return import(pathToFileURL(path.join(built, file)).href);
}
