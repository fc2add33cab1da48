import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { findInterpreter, sessionEnvironment } from "./kernel-environment.ts";
import { mountSources } from "./kernel-mounts.ts";
import type { KernelVersion, LogEntry } from "./kernel.ts";
import { scriptOf } from "./notebook-script.ts";
import type { World } from "./world.ts";

/** How a session ended: the exit code, or the signal that ended it. */
interface SessionEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

interface Session {
  end: Promise<SessionEnd>;
  kill: () => void;
}

/** Runs a version's code in a folder laid out like /kaggle; `rerun`: as Kaggle does with a submitted notebook. */
export async function startSession(
  world: World,
  version: Omit<KernelVersion, "state" | "log">,
  root: string,
  rerun: boolean,
  print: (entry: LogEntry) => void,
): Promise<Session> {
  const working = path.join(root, "working");
  for (const folder of ["working", "src", "home", "tmp", "packages"]) {
    await mkdir(path.join(root, folder), { recursive: true });
  }
  await mountSources(world, version.sources, path.join(root, "input"), rerun);
  const script = path.join(root, "src", "script.py");
  await writeFile(
    script,
    version.kernelType === "notebook" ? scriptOf(version.text) : version.text,
  );
  const interpreter = await findInterpreter(world.settings.python);
  const internet = version.enableInternet && !rerun;
  const env = sessionEnvironment(interpreter, root, { internet, rerun });
  const child = spawn(interpreter.path, [script], {
    cwd: working,
    env,
    // A group of its own: what it started ends with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { end: follow(child, print), kill: () => killGroup(child) };
}

function follow(child: ChildProcess, print: (entry: LogEntry) => void): Promise<SessionEnd> {
  const began = Date.now();
  for (const name of ["stdout", "stderr"] as const) {
    createInterface({ input: child[name]! }).on("line", (line) => {
      print({ stream_name: name, time: (Date.now() - began) / 1000, data: `${line}\n` });
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}
