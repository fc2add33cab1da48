import { appendFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { type FakeGoogle, startFakeGoogle } from "../google/fake-google.ts";
import { noInput } from "./cli.ts";
import { trainFewEpochs } from "./few-epochs.ts";
import { copyHouseSales, copyLockFile, networkSettings, sharedPython, toolEnv } from "./tools.ts";

const image = "us-central1-docker.pkg.dev/demo-project/crossfold/training:latest";
/** What project.yml gets. */
const vertexSection = `vertex:
  project: demo-project
  region: us-central1
  bucket: demo-bucket
  image: ${image}
`;

export interface VertexDemo {
  root: string;
  google: FakeGoogle;
  env: NodeJS.ProcessEnv;
  /** A program in the workspace, as a person without a terminal starts it: its two outputs as one, and its exit code. */
  run(program: string, ...args: string[]): Promise<{ said: string; exitCode: number | undefined }>;
}

/**
 * The demo's house sales in `root`, a workspace made by `init` with exp001 from the template, and a stand-in for Google
 * whose training image is the workspace's own docker/. Here and there the same versions of the template's packages run,
 * with one thread each.
 */
export async function makeVertexDemo(root: string, scratch: string): Promise<VertexDemo> {
  const python = await sharedPython();
  const google = await startFakeGoogle({
    images: { [image]: await trainingImage(root, scratch, python) },
  });
  const env = toolEnv({ ...google.env, CROSSFOLD_PYTHON: python, CROSSFOLD_POLL_SECONDS: "0.5" });
  const run: VertexDemo["run"] = async (program, ...args) => {
    const child = x(program, args, { nodeOptions: { cwd: root, env, stdio: noInput } });
    let said = "";
    for await (const line of child) said += `${line}\n`;
    return { said, exitCode: child.exitCode };
  };
  const must = async (program: string, ...args: string[]) => {
    const { said, exitCode } = await run(program, ...args);
    if (exitCode !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${said}`);
  };
  await copyHouseSales(root);
  const competition = ["--competition", "ames-house-prices", "--platform", "local"];
  await must("crossfold", "init", ...competition, "--metric", "rmsle", "--no-sync");
  await copyLockFile(root);
  // The package's name differs; the versions stay.
  await must("uv", "lock", "--quiet");
  await appendFile(path.join(root, "project.yml"), vertexSection);
  await must("crossfold", "new", "exp001");
  await trainFewEpochs(path.join(root, "models", "exp001"));
  await must("git", "add", "--all");
  await must("git", "commit", "--quiet", "--message", "Write exp001");
  return { root, google, env, run };
}

async function trainingImage(root: string, scratch: string, python: string) {
  const work = path.join(scratch, "container");
  await mkdir(work, { recursive: true });
  const cache = await x("uv", ["cache", "dir"], { nodeOptions: { env: toolEnv() } });
  const env = {
    ...networkSettings(),
    PATH: toolEnv().PATH!,
    CROSSFOLD_WORK_DIR: work,
    // As in the image: a run whose packages are there already installs nothing.
    CROSSFOLD_VENV: path.join(scratch, "venv"),
    UV_CACHE_DIR: cache.stdout.trim(),
    UV_PYTHON: python,
    OMP_NUM_THREADS: "1",
  };
  return { entrypoint: [python, path.join(root, "docker", "entrypoint.py")], env };
}
