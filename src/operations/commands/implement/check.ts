import { z } from "zod";
import type { Context } from "../../../core/context.ts";
import type { Finding } from "../../../core/rules/rule.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import {
  experimentFolder,
  listExperiments,
  openWorkspace,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import {
  type CheckedExperiment,
  checkFolder,
  fixFindings,
  shown,
} from "../../check/check-workspace.ts";
import { findingSchema } from "../../check/finding-schema.ts";

const input = z.object({
  experiments: z.array(z.string()).default([]).describe("Experiments to check; by default all"),
  fix: z.boolean().default(false).describe("Fix what can be fixed safely, then check again"),
  explain: z
    .string()
    .optional()
    .describe("Explain one rule, by its name or code: what it asks for, why, and how to fix it"),
  format: z
    .enum(["text", "json", "github", "sarif"])
    .default("text")
    .describe("How the findings are printed: github are annotations, sarif is SARIF 2.1.0"),
});

const ruleSchema = z.object({
  code: z.string(),
  name: z.string().describe("Works wherever the code does"),
  severity: z.enum(["error", "warning", "note"]),
  summary: z.string(),
  why: z.string(),
  fix: z.string().describe("How to fix it"),
  bad: z.string().describe("Python that breaks the rule"),
  good: z.string().describe("Python that follows it"),
});

const output = z.object({
  format: z.enum(["text", "json", "github", "sarif"]),
  experiments: z.int().describe("How many were checked"),
  files: z.int(),
  fixed: z.int().describe("How many findings were fixed"),
  findings: z.array(findingSchema),
  rules: z.array(ruleSchema).describe("The rules behind the findings, or the one asked about"),
  explained: z.string().nullable().describe("The code asked about"),
});
export type CheckOutput = z.output<typeof output>;

export const check = defineOperation({
  description:
    "Reads the Python of experiments as a syntax tree (nothing is run) and says where it breaks the conventions: the contract of train.py and inference.py, leaks, reproducibility, offline inference, parity of training and inference. Use it after every edit and before training; `train` refuses errors. Every finding has its rule's name and code and a source location; `explain` says how to fix it. One line is silenced with `# crossfold: ignore[fit-before-split] reason`, a rule with `check: { ignore: [fit-before-split] }` in project.yml; the code (XF201) works too. Exit code 3 when an error or a warning is found.",
  whenToUse:
    "Use it after editing an experiment and before training it. Fix errors, then call it again.",
  input,
  output,
  effect: "write",
  idempotent: true,
  terminalOnly: ["format"],
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "check", summary: "every experiment" },
    { command: "check exp002", summary: "one experiment" },
    { command: "check --fix", summary: "fix what can be fixed safely" },
    { command: "check --explain fit-before-split", summary: "what a rule asks for, and why" },
    { command: "check --format sarif", summary: "for code scanning" },
  ],
  async run(context, { experiments, fix, explain, format }) {
    if (explain !== undefined) return explainRule(explain, format);
    const ws = await openWorkspace(context.cwd);
    const names = await subjects(ws, experiments);
    let checked = await checkAll(context, ws, names);
    const fixed = fix
      ? await fixFindings(
          ws,
          checked.flatMap(({ findings }) => findings),
        )
      : 0;
    if (fixed > 0) checked = await checkAll(context, ws, names);
    const findings = checked.flatMap((one) => one.findings.map(shown));
    const files = checked.reduce((sum, one) => sum + one.files, 0);
    const behind = await rulesBehind(findings);
    return {
      format,
      experiments: names.length,
      files,
      fixed,
      findings,
      rules: behind,
      explained: null,
    };
  },
  exitCode: ({ findings }) => (findings.some(({ severity }) => severity !== "note") ? 3 : 0),
});

async function subjects(ws: Workspace, given: readonly string[]): Promise<string[]> {
  await Promise.all(given.map((name) => experimentFolder(ws, name)));
  return given.length > 0 ? [...new Set(given)] : listExperiments(ws);
}

async function checkAll(
  context: Context,
  ws: Workspace,
  names: readonly string[],
): Promise<CheckedExperiment[]> {
  const checked: CheckedExperiment[] = [];
  for (const [done, name] of names.entries()) {
    if (names.length > 20 && done % 10 === 0) context.progress.portion(done, names.length, "check");
    checked.push(await checkFolder(ws, name));
  }
  return checked;
}

async function rulesBehind(findings: readonly Finding[]): Promise<CheckOutput["rules"]> {
  const { ruleTexts } = await import("../../../core/rules/rules.ts");
  const codes = new Set(findings.map(({ code }) => code));
  return ruleTexts().filter(({ code }) => codes.has(code));
}

async function explainRule(asked: string, format: CheckOutput["format"]): Promise<CheckOutput> {
  const { findRule, nearestRule, noSuchRule, ruleTexts } =
    await import("../../../core/rules/rules.ts");
  const known = ruleTexts();
  const rule = findRule(asked, known);
  if (rule !== undefined) {
    return {
      format,
      experiments: 0,
      files: 0,
      fixed: 0,
      findings: [],
      rules: [rule],
      explained: rule.code,
    };
  }
  const near = nearestRule(asked, known);
  const all = known.map(({ code, name }) => `${name} (${code})`).join(", ");
  throw new UserError({
    code: "no-rule",
    message: noSuchRule(asked, known),
    expected: `the name or the code of a rule${near === undefined ? `: ${all}` : ""}`,
    next: {
      operation: "check",
      input: { explain: near ?? "fit-before-split" },
      why: "explains the rule",
    },
    exitCode: 2,
  });
}
