import { z } from "zod";
import { installUv } from "../../../python/uv.ts";
import { findWorkspaceRoot, openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { checkSchema } from "../../readiness/readiness-check.ts";
import { upgradeHarnesses } from "../../readiness/harness-versions.ts";
import { checkMachine } from "../../readiness/machine-checks.ts";
import { checkWorkspace } from "../../readiness/workspace-checks.ts";

const output = z.object({
  ok: z.boolean(),
  /** What `--fix` and `--upgrade-harness` did. */
  fixed: z.array(z.string()),
  machine: z.array(checkSchema),
  /** Empty outside a workspace. */
  workspace: z.array(checkSchema),
});

export const doctor = defineOperation({
  description:
    "Looks for everything Crossfold uses (git, Python, uv, Task, Backlog.md) and, in a workspace, at its settings, data, environment and records. Reports whether each is there, its version, and how to install it. --fix installs uv into a private folder with the machine's Python when there is none; --upgrade-harness gives an experiment the newest harness/ (its scores so far were made with the old one, which is kept).",
  whenToUse:
    "Use it when a command fails because a tool is missing, or before the first training on a machine.",
  input: z.object({
    fix: z
      .boolean()
      .default(false)
      .describe("Install uv into a private folder where it is missing"),
    upgradeHarness: z
      .array(z.string())
      .default([])
      .describe(
        "Experiment whose harness/ is replaced by the newest, the old one kept (repeatable); templates: of new ones",
      ),
  }),
  output,
  effect: "write",
  examples: [
    { command: "doctor", summary: "what is there, what is missing" },
    { command: "doctor --fix", summary: "and get uv" },
    { command: "doctor --upgrade-harness exp003", summary: "give exp003 the newest harness/" },
  ],
  completions: { upgradeHarness: "experiment" },
  async run(context, { fix, upgradeHarness }) {
    const fixed: string[] = [];
    let machine = await checkMachine(context.env);
    if (fix && machine.some((item) => item.name === "uv" && !item.found)) {
      context.progress.step("installing uv into a private folder");
      fixed.push(`uv installed: ${await installUv(context.env)}`);
      machine = await checkMachine(context.env);
    }
    if (upgradeHarness.length > 0) {
      const ws = await openWorkspace(context.cwd);
      fixed.push(...(await upgradeHarnesses(ws, upgradeHarness, context.now())));
    }
    const root = findWorkspaceRoot(context.cwd);
    const workspace = root === undefined ? [] : await checkWorkspace(root, context.env);
    const ok = [...machine, ...workspace].every((item) => item.found || !item.required);
    return { ok, fixed, machine, workspace };
  },
  exitCode: (result) => (result.ok ? 0 : 1),
});
