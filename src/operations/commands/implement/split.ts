import path from "node:path";
import { z } from "zod";
import type { Context } from "../../../core/context.ts";
import { projectSchema } from "../../../core/competition/project.ts";
import { decideSplit } from "../../../core/validation/decide.ts";
import type { Decision, Validation } from "../../../core/validation/decision.ts";
import { splitterCode, validationWords } from "../../../core/validation/python-code.ts";
import { writeAtomic } from "../../../storage/files/atomic-write.ts";
import { readProjectText } from "../../../storage/competition/project-file.ts";
import { validationLine, withValidation } from "../../../storage/competition/project-validation.ts";
import { withoutGuess } from "../../../storage/competition/validation-guess.ts";
import {
  experimentFolder,
  openWorkspace,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { editExperimentTask } from "../../task/experiment-task.ts";
import { gatherFacts } from "../../validation/split-facts.ts";

const input = z.object({
  target: z
    .array(z.string())
    .default([])
    .describe("The target column; repeat for several. By default what project.yml says"),
  group: z.string().optional().describe("Keep the rows of each value of this column together"),
  time: z.string().optional().describe("Train on the past of this column only"),
  record: z.string().optional().describe("Note the decision in this experiment's task"),
  write: z.boolean().default(false).describe("Write the answer into project.yml"),
});

const validation = projectSchema.shape.validation.unwrap();

const output = z.object({
  files: z.object({ train: z.string(), test: z.string().nullable() }),
  rows: z.object({ train: z.int(), test: z.int().nullable() }),
  targets: z.array(z.string()),
  validation,
  /** For project.yml. */
  line: z.string(),
  /** The splitter in Python. */
  code: z.string(),
  summary: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
  doubts: z.array(z.string()),
  evidence: z.array(
    z.object({
      about: z.enum(["time", "group", "target", "folds", "duplicates", "drift"]),
      column: z.string().nullable(),
      weight: z.enum(["for", "against", "note"]),
      summary: z.string(),
    }),
  ),
  alternatives: z.array(
    z.object({ validation, line: z.string(), close: z.boolean(), summary: z.string() }),
  ),
  /** What would change the answer. */
  changes: z.array(z.string()),
  /** What the files could not show. */
  unseen: z.array(z.string()),
  /** What the user should find out. */
  ask: z.array(z.string()),
  /** What project.yml said before. */
  before: validation,
  written: z.boolean(),
  recorded: z.object({ task: z.string().nullable(), summary: z.string() }).nullable(),
});

type Output = z.output<typeof output>;

export const split = defineOperation({
  description:
    "Chooses the cross-validation strategy from the data: compares train with test column by column (groups without a common value, order in time, distributions, duplicates) and looks at the target, then answers with a strategy, its confidence, the evidence, close alternatives, what would change the answer and what could not be checked. Use it before the first experiment. --write puts the answer into project.yml, --record into an experiment's task.",
  whenToUse: "Use it before the first training, and again when CV and leaderboard disagree.",
  input,
  output,
  effect: "write",
  idempotent: true,
  completions: { record: "experiment" },
  examples: [
    { command: "split", summary: "compare train and test, and choose the folds" },
    { command: "split --write --record exp001", summary: "save the answer" },
    { command: "split --group patient_id", summary: "when you know what the files cannot show" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    if (request.record !== undefined) await experimentFolder(ws, request.record);
    const { project } = ws;
    const named = {
      target: request.target,
      group: request.group ?? null,
      time: request.time ?? null,
    };
    const { facts, files } = await gatherFacts(context, ws, named);
    const decision = decideSplit(facts, {
      group: named.group,
      time: named.time,
      metric: project.metric.name,
      codeCompetition: project.is_code_competition,
      n_splits: wantedFolds(project.validation),
      n_repeats: project.validation.n_repeats ?? null,
      seed: project.validation.seed,
      gap: project.validation.gap ?? null,
    });
    const written = request.write && (await writeValidation(ws, decision.validation));
    const recorded =
      request.record === undefined ? null : await note(context, ws, request.record, decision);
    return present(decision, {
      files,
      rows: facts.rows,
      targets: facts.targets.map(({ name }) => name),
      before: project.validation,
      written,
      recorded,
    });
  },
});

/** A holdout names no number of folds. */
function wantedFolds({ strategy, n_splits }: Validation): number {
  return strategy === "Holdout" ? 5 : n_splits;
}

function present(
  decision: Decision,
  around: Pick<Output, "files" | "rows" | "targets" | "before" | "written" | "recorded">,
): Output {
  return {
    ...around,
    ...decision,
    line: validationLine(decision.validation),
    code: splitterCode(decision.validation),
    alternatives: decision.alternatives.map((one) => ({
      ...one,
      line: validationLine(one.validation),
    })),
  };
}

/** Gives true: project.yml says so now, whether or not it had to be changed. */
async function writeValidation(ws: Workspace, wanted: Validation): Promise<true> {
  const file = path.join(ws.root, "project.yml");
  const text = await readProjectText(file);
  const changed = withoutGuess(withValidation(text, wanted, file));
  if (changed !== text) await writeAtomic(file, changed);
  return true;
}

async function note(
  context: Context,
  ws: Workspace,
  experiment: string,
  { validation: chosen, confidence, summary }: Decision,
): Promise<{ task: string | null; summary: string }> {
  const text = `Validation: ${validationWords(chosen)} (${confidence} confidence): ${summary}`;
  return editExperimentTask(context, ws, experiment, (task) =>
    task.notes.includes(text) ? undefined : { appendNotes: [text] },
  );
}
