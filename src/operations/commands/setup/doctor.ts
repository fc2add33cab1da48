import { z } from "zod";
import { installUv } from "../../../python/uv.ts";
import { findWorkspaceRoot } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { checkSchema } from "../../readiness/readiness-check.ts";
import { checkMachine } from "../../readiness/machine-checks.ts";
import { checkWorkspace } from "../../readiness/workspace-checks.ts";

const output = z.object({
  ok: z.boolean(),
  /** What `--fix` did. */
  fixed: z.array(z.string()),
  machine: z.array(checkSchema),
  /** Empty outside a workspace. */
  workspace: z.array(checkSchema),
});

export const doctor = defineOperation({
  description:
    "Looks for everything Crossfold uses (git, Python, uv, Task, Backlog.md) and, in a workspace, at its settings, data, environment and records. Says of each whether it is there, its version, and how to get it. --fix installs uv into a private folder with the machine's Python when there is none.",
  whenToUse:
    "Use it when a command fails for want of a tool, or before the first training on a machine.",
  input: z.object({
    fix: z
      .boolean()
      .default(false)
      .describe("Install uv into a private folder where it is missing"),
  }),
  output,
  effect: "write",
  examples: [
    { command: "doctor", summary: "what is there, what is missing" },
    { command: "doctor --fix", summary: "and get uv" },
  ],
  async run(context, { fix }) {
    const fixed: string[] = [];
    let machine = await checkMachine(context.env);
    if (fix && machine.some((item) => item.name === "uv" && !item.found)) {
      context.progress.step("installing uv into a private folder");
      fixed.push(`uv installed: ${await installUv(context.env)}`);
      machine = await checkMachine(context.env);
    }
    const root = findWorkspaceRoot(context.cwd);
    const workspace = root === undefined ? [] : await checkWorkspace(root, context.env);
    const ok = [...machine, ...workspace].every((item) => item.found || !item.required);
    return { ok, fixed, machine, workspace };
  },
  exitCode: (result) => (result.ok ? 0 : 1),
});
