// Seconds of `crossfold data push` and `data pull` for 1,000 small files, beside @google-cloud/storage's TransferManager.
//
//     npm run build && node bench/push-1000.mjs [rounds]
//
// Both talk to the stand-in for Google of test/google, on this machine: what is measured is what a client costs, not a
// network. Each is a process of its own, its start included, with eight files at once. What crossfold does beyond
// (listing both sides, hashes, temporary files, fsync) is in its time.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(path.join(root, "dist", "bench-push-"));
const here = mkdtempSync(path.join(tmpdir(), "crossfold-bench-push-"));
const data = path.join(here, "data", "input", "bench");
const count = 1000;
const bytes = 4096;
const rounds = Number(process.argv[2] ?? 3);

const peer = `
import { Storage, TransferManager } from "@google-cloud/storage";
import { readdirSync } from "node:fs";
const [direction, folder] = process.argv.slice(2);
const bucket = new Storage({ apiEndpoint: process.env.STORAGE_EMULATOR_HOST }).bucket("demo-bucket");
const transfers = new TransferManager(bucket);
const names = direction === "push" ? readdirSync(folder) : [];
if (direction === "push") {
  await transfers.uploadManyFiles(names.map((name) => folder + "/" + name), {
    concurrencyLimit: 8,
    customDestinationBuilder: (file) => "peer/" + file.slice(folder.length + 1),
  });
} else {
  const [files] = await bucket.getFiles({ prefix: "peer/" });
  await transfers.downloadManyFiles(files, { concurrencyLimit: 8, passthroughOptions: { destination: folder } });
}
`;

try {
  const google = await startGoogle();
  makeWorkspace();
  const script = path.join(work, "peer.mjs");
  writeFileSync(script, peer);
  const times = { ours: { push: [], pull: [] }, theirs: { push: [], pull: [] } };
  for (let round = 0; round < rounds; round += 1) {
    emptyBucket(google);
    times.ours.push.push(await timed(google, [path.join(root, "dist", "main.js"), "data", "push"]));
    times.theirs.push.push(await timed(google, [script, "push", data]));
    fill(path.join(google.bucketFolder("demo-bucket"), "data", "input", "bench"), count);
    rmSync(data, { recursive: true });
    times.ours.pull.push(await timed(google, [path.join(root, "dist", "main.js"), "data", "pull"]));
    fill(data, count);
    const into = path.join(here, "pulled");
    mkdirSync(path.join(into, "peer"), { recursive: true });
    times.theirs.pull.push(await timed(google, [script, "pull", "pulled"]));
    if (readdirSync(path.join(into, "peer")).length < count) throw new Error("the peer lost files");
    rmSync(into, { recursive: true });
  }
  console.log(`${count} files of ${bytes} bytes, eight at once, the best of ${rounds}`);
  for (const direction of ["push", "pull"]) {
    const [ours, theirs] = [
      Math.min(...times.ours[direction]),
      Math.min(...times.theirs[direction]),
    ];
    console.log(
      `${direction}  crossfold ${ours.toFixed(2)} s  @google-cloud/storage ${theirs.toFixed(2)} s`,
    );
    console.log(`      ratio ${(ours / theirs).toFixed(2)} of its seconds`);
  }
  await google.close();
} finally {
  rmSync(work, { recursive: true });
  rmSync(here, { recursive: true });
}

/** The stand-in, built from its TypeScript. */
async function startGoogle() {
  await build({
    cwd: root,
    config: false,
    entry: [path.join(root, "test", "google", "fake-google.ts")],
    outDir: work,
    format: "esm",
    platform: "node",
    dts: false,
    logLevel: "error",
  });
  const file = readdirSync(work).find((name) => /^fake-google\.m?js$/.test(name));
  const { startFakeGoogle } = await import(pathToFileURL(path.join(work, file)).href);
  return startFakeGoogle({ openStorage: true });
}

function makeWorkspace() {
  const project =
    "competition_name: bench\ncompetition_platform: local\ndata: { id: id, target: y }\nmetric: { name: roc_auc, direction: maximize }\nvertex: { bucket: demo-bucket }\n";
  writeFileSync(path.join(here, "project.yml"), project);
  fill(data, count);
}

/** Files of the same names, contents that no two of them share. */
function fill(folder, number) {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < number; index += 1) {
    writeFileSync(path.join(folder, `${index}.bin`), Buffer.alloc(bytes, `file ${index}; `));
  }
}

function emptyBucket(google) {
  rmSync(google.bucketFolder("demo-bucket"), { recursive: true, force: true });
  mkdirSync(google.bucketFolder("demo-bucket"));
}

async function timed(google, words) {
  const start = performance.now();
  const env = { ...process.env, ...google.env };
  const child = spawn(process.execPath, words, {
    cwd: here,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  const code = await new Promise((done) => child.on("exit", done));
  if (code !== 0) throw new Error(`${words.join(" ")} failed:\n${said}`);
  return (performance.now() - start) / 1000;
}
