import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { x } from "tinyexec";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../src/package-root.ts";
import { paths } from "../../src/storage/workspace/paths.ts";
import { makeTempFolder } from "../support/cli.ts";
import { cliPath, toolEnv } from "../support/tools.ts";

let root = "";

beforeAll(async () => {
  root = path.join(await makeTempFolder(), "ws");
  const script = path.join(packageRoot(), "bench", "scale-workspace.mjs");
  execFileSync(process.execPath, [script, root, "300"]);
});

const commands = [
  ["history", "--limit", "3"],
  ["history", "--sort", "lb", "--csv"],
  ["plan"],
  ["tasks"],
  ["tasks", "search", "averaging"],
  ["overview"],
  ["runs", "--limit", "1000"],
  ["show", "exp120"],
  ["compare", "exp120", "exp121"],
  ["logs", "exp120"],
  ["check", "exp120"],
  ["doctor"],
  ["clean", "--dry-run"],
  ["verify"],
  ["complete", "bash", "--", "show", ""],
  ["new", "--from", "exp120"],
  ["plan", "add", "one more idea"],
];

test.each(commands.map((words) => words.join(" ")))(
  "%s of 300 experiments with 48 open files",
  async (line) => {
    const words = commands.find((one) => one.join(" ") === line)!;
    for (const isFirst of [true, false]) {
      if (isFirst) await forget();
      const limited = ["-c", 'ulimit -n 48; exec "$@"', "sh", process.execPath, cliPath];
      const { exitCode, stdout, stderr } = await x("sh", [...limited, ...words], options());
      expect({
        tooMany: `${stdout}${stderr}`.match(/.*(?:EMFILE|too many).*/i)?.[0],
        exitCode,
      }).toEqual({
        exitCode: expect.toSatisfy((code: number) => code < 4),
      });
    }
  },
);

test("killed at any moment, and many at once: the answers are those without the index", async () => {
  for (let round = 0; round < 6; round += 1) {
    await forget();
    const [killed, ...others] = [start("plan"), start("plan"), start("history")];
    await pause(250 + Math.random() * 700);
    killed!.kill("SIGKILL");
    await Promise.all([killed!, ...others].map(ended));
    const known = await answer();
    if (round % 3 > 0) continue;
    await forget();
    expect(known).toBe(await answer());
  }
});

async function forget(): Promise<void> {
  await rm(paths.indexes({ root }), { recursive: true, force: true });
}

function options(): { nodeOptions: SpawnOptions } {
  return { nodeOptions: { cwd: root, env: toolEnv() as NodeJS.ProcessEnv } };
}

/** All experiments but for their age, which grows. */
async function answer(): Promise<string> {
  const { stdout } = await x(process.execPath, [cliPath, "history", "--json"], options());
  return stdout.replaceAll(/"ageSeconds": ?\d+/g, "");
}

function start(command: string): ChildProcess {
  return spawn(process.execPath, [cliPath, command], { ...options().nodeOptions, stdio: "ignore" });
}

async function ended(one: ChildProcess): Promise<void> {
  if (one.exitCode === null && one.signalCode === null) await once(one, "exit");
}
