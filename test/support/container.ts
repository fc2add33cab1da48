import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { create } from "tar";
import { makeTempFolder } from "./cli.ts";
import { plainPython } from "./run-workspace.ts";
import { networkSettings, repository, toolEnv } from "./tools.ts";

export interface Container {
  /** The run's folder in the bucket. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Starts the entrypoint as the image does. */
  start(...args: string[]): StartedContainer;
  run(...args: string[]): Promise<ContainerResult>;
  /** Names in the run's folder, in order. */
  left(): Promise<string[]>;
  read(name: string): Promise<string>;
  /** All chunks one after the other. */
  log(): Promise<string>;
}

interface ContainerResult {
  exitCode: number | null;
  stdout: string;
}

interface StartedContainer {
  process: ChildProcess;
  ended: Promise<ContainerResult>;
  /** Waits until standard output holds the text. */
  printed(text: string): Promise<void>;
}

/** A folder that stands for /gcs with one run in it, whose archive holds these files. */
export async function makeContainer(
  files: Record<string, string>,
  { requirements = "", env = {} }: { requirements?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Container> {
  const home = await makeTempFolder();
  const folder = path.join(home, "gcs/bucket/crossfold/tiny/runs/20261123-011530-exp001-k3f9");
  await mkdir(folder, { recursive: true });
  await packSource(path.join(home, "source"), files, path.join(folder, "source.tar.gz"));
  await writeFile(path.join(folder, "requirements.txt"), requirements);
  await cp(path.join(repository, "templates/workspace/docker"), path.join(home, "docker"), {
    recursive: true,
  });
  const everything = toolEnv();
  const python = await plainPython();
  const environment = {
    ...networkSettings(),
    PATH: everything.PATH,
    HOME: home,
    TMPDIR: home,
    UV_PYTHON: python,
    CROSSFOLD_GCS_ROOT: path.join(home, "gcs"),
    CROSSFOLD_WORK_DIR: path.join(home, "work"),
    AIP_MODEL_DIR: `gs://${path.relative(path.join(home, "gcs"), folder)}/model/`,
    ...env,
  };
  const uri = `gs://${path.relative(path.join(home, "gcs"), folder)}`;
  const start = (...args: string[]) => {
    const own = ["--run", uri, "--script", "models/exp001/train.py", "--", ...args];
    const command = [path.join(home, "docker/entrypoint.py"), ...own];
    return follow(spawn(python, command, { env: environment, cwd: home }));
  };
  const left = async () => (await readdir(folder)).toSorted();
  const read = (name: string) => readFile(path.join(folder, name), "utf8");
  return {
    folder,
    env: environment,
    start,
    run: (...args) => start(...args).ended,
    left,
    read,
    log: async () => {
      const names = (await readdir(path.join(folder, "log"))).toSorted();
      const chunks = names.map((name) => readFile(path.join(folder, "log", name)));
      return Buffer.concat(await Promise.all(chunks)).toString();
    },
  };
}

async function packSource(cwd: string, files: Record<string, string>, file: string): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(cwd, name)), { recursive: true });
    await writeFile(path.join(cwd, name), text);
  }
  await mkdir(cwd, { recursive: true });
  await create({ cwd, file, gzip: true, portable: true }, ["."]);
}

function follow(child: ChildProcess): StartedContainer {
  const pieces: Buffer[] = [];
  const text = () => Buffer.concat(pieces).toString();
  child.stdout?.on("data", (piece: Buffer) => pieces.push(piece));
  child.stderr?.on("data", (piece: Buffer) => pieces.push(piece));
  const ended = new Promise<ContainerResult>((resolve) => {
    child.on("close", (exitCode) => resolve({ exitCode, stdout: text() }));
  });
  return {
    process: child,
    ended,
    printed: async (wanted) => {
      while (!text().includes(wanted)) {
        if (child.exitCode !== null) throw new Error(`ended without "${wanted}":\n${text()}`);
        await pause(20);
      }
    },
  };
}
