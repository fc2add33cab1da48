import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { LogLine } from "../log-book.ts";
import type { World } from "../world.ts";
import { type Job, containerOf } from "./job.ts";
import { jobEnvironment } from "./job-environment.ts";

export interface Container {
  pid: number;
  /** The exit code as a shell counts it: 128 + n for signal n. */
  exited: Promise<number>;
  /** SIGTERM to the whole process group, SIGKILL after the grace; resolves when it is gone. */
  stop(grace: number): Promise<number>;
}

const signals: Record<string, number> = {
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** Starts the job's container as a process of a group of its own; throws where the program cannot be started. */
export async function startContainer(world: World, job: Job): Promise<Container> {
  const { imageUri, command = [], args = [] } = containerOf(job);
  const line = [
    ...(command.length > 0 ? command : (world.images[imageUri]?.entrypoint ?? [])),
    ...args,
  ];
  const environment = jobEnvironment(world, job);
  job.environment = environment;
  const [program = "", ...rest] = line;
  const child = spawn(program, rest, {
    cwd: path.join(world.folder, "jobs", job.id),
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const say =
    (severity: LogLine["severity"]) =>
    (text: string): void =>
      world.logs.write({
        project: world.project,
        job: job.id,
        task: "workerpool0-0",
        severity,
        text,
      });
  eachLine(child.stdout, say("INFO"));
  eachLine(child.stderr, say("ERROR"));
  const exited = closed.then(([code, signal]) =>
    code === null ? 128 + (signals[String(signal)] ?? 0) : Number(code),
  );
  const stop = async (grace: number): Promise<number> => {
    const killed = new AbortController();
    signalGroup(pid, grace > 0 ? "SIGTERM" : "SIGKILL");
    const last = pause(grace, undefined, { signal: killed.signal }).then(
      () => signalGroup(pid, "SIGKILL"),
      () => undefined,
    );
    const code = await exited;
    killed.abort();
    await last;
    // What the program left behind dies with its container.
    signalGroup(pid, "SIGKILL");
    return code;
  };
  return { pid, exited, stop };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}

function eachLine(stream: Readable, say: (text: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) say(line);
  });
  stream.on("end", () => {
    if (rest !== "") say(rest);
  });
}
