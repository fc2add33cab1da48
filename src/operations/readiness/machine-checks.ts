import { x } from "tinyexec";
import type { NextAction } from "../../core/errors/next-action.ts";
import type { Context } from "../../core/context.ts";
import { findOnPath, findPython, findUv } from "../../python/uv.ts";
import type { Check } from "./readiness-check.ts";

type Env = Context["env"];

interface Program {
  name: string;
  neededFor: string;
  required: boolean;
  how: NextAction;
  find(env: Env): Promise<string | undefined>;
  args: string[];
}

const onPath = (program: string) => (env: Env) => findOnPath(program, env);

const programs: Program[] = [
  {
    name: "git",
    neededFor: "the code behind every score",
    required: true,
    how: "install git with your system's package manager",
    find: onPath("git"),
    args: ["--version"],
  },
  {
    name: "python",
    neededFor: "the experiments (3.11 or newer)",
    required: true,
    how: "install Python 3.11 or newer, or: uv python install",
    find: async (env) => (await findPython(env))?.file,
    args: ["--version"],
  },
  {
    name: "uv",
    neededFor: "the Python environment of a workspace",
    required: true,
    how: { operation: "doctor", input: { fix: true }, why: "puts uv into a private folder" },
    find: findUv,
    args: ["--version"],
  },
  {
    name: "crossfold",
    neededFor: "the commands of Taskfile.yml, which call it by name",
    required: false,
    how: "npm install --global crossfold",
    find: onPath("crossfold"),
    args: ["--version"],
  },
  {
    name: "task",
    neededFor: "the `task ...` spellings of the commands",
    required: false,
    how: "uv tool install go-task-bin",
    find: onPath("task"),
    args: ["--version"],
  },
  {
    name: "backlog",
    neededFor: "Backlog.md's own views of the same tasks",
    required: false,
    how: "npm install --global backlog.md",
    find: onPath("backlog"),
    args: ["--version"],
  },
];

/** Each program Crossfold uses: found or not, its version, how to get it. */
export async function checkMachine(env: Env): Promise<Check[]> {
  const node: Check = {
    name: "node",
    found: true,
    version: process.versions.node,
    detail: process.execPath,
    neededFor: "crossfold itself",
    required: true,
    how: null,
  };
  return [node, ...(await Promise.all(programs.map((program) => checkProgram(program, env))))];
}

async function checkProgram(program: Program, env: Env): Promise<Check> {
  const { name, neededFor, required } = program;
  const file = await program.find(env);
  if (file === undefined) {
    return {
      name,
      found: false,
      version: null,
      detail: null,
      neededFor,
      required,
      how: program.how,
    };
  }
  const options = { nodeOptions: { env: { ...env } }, timeout: 20_000 };
  const result = await x(file, program.args, options).then(undefined, () => undefined);
  const version = /\d+\.\d+[\w.+-]*/.exec(result?.stdout ?? "")?.[0] ?? null;
  const runs = result?.exitCode === 0;
  return {
    name,
    found: runs,
    version,
    detail: runs ? file : `${file} does not run`,
    neededFor,
    required,
    how: runs ? null : program.how,
  };
}
