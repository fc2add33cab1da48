import { z } from "zod";
import {
  checkExperimentName,
  nextExperimentName,
  templateExperimentName,
} from "../../../core/experiment/experiment.ts";
import { nextActionSchema, type NextAction } from "../../../core/errors/next-action.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { maskText } from "../../../core/secrets/mask.ts";
import { withExperimentLock } from "../../../storage/experiment/experiment-lock.ts";
import { writeExperiment } from "../../../storage/experiment/experiment-file.ts";
import { harnessVersion, shippedHarnessVersion } from "../../../storage/experiment/harness.ts";
import { hasValidationGuess } from "../../../storage/competition/validation-guess.ts";
import {
  experimentFolder,
  openWorkspace,
  experimentNames,
  paths,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { workspaceSecrets } from "../../../storage/workspace/workspace-secrets.ts";
import { defineOperation } from "../../operation.ts";
import { wantsSubmissionFolder } from "../../experiment/code-submission.ts";
import { ensureTask } from "../../task/ensure-task.ts";
import { plannedFor, refuseOtherIdea } from "../../task/planned-idea.ts";
import { takenNames } from "../../task/reserved-names.ts";
import { stageExperiment } from "../../experiment/stage-experiment.ts";
import { templateFolder, usualTemplate } from "../../experiment/templates.ts";

const input = z.object({
  experiment: z
    .string()
    .optional()
    .describe(
      "Name, exp and three digits with an optional _suffix; by default the planned one, else the next free number",
    ),
  from: z.string().optional().describe("Copy this experiment instead of the template"),
  template: z
    .string()
    .optional()
    .describe("Folder of templates/ to start from: models (tabular data), bare, or your own"),
  hypothesis: z.string().optional().describe("The hypothesis, for the task and the history"),
});

const output = z.object({
  experiment: z.string(),
  /** Relative to the workspace. */
  folder: z.string(),
  parent: z.string().nullable(),
  /** The folder of templates/ it was made from; null where it is a copy of an experiment. */
  template: z.string().nullable(),
  /** Version of its harness/ and of the one that Crossfold ships; null where it has none. */
  harness: z.object({ version: z.number(), shipped: z.number() }).nullable(),
  task: z.string(),
  /** `created`, or `found` where the plan had made it. */
  taskOrigin: z.enum(["created", "found"]),
  files: z.array(z.string()),
  /** Files in which the source's name was replaced. */
  renamed: z.array(z.string()),
  next: z.array(nextActionSchema),
});

export const newExperiment = defineOperation({
  description:
    "Creates models/<experiment>/ with train.py, settings.py and inference.py, from a template of the workspace or as a copy of another experiment (everything but its artifacts and scores, its name replaced), and its backlog task. Two at once never get the same experiment.",
  whenToUse: "Use it once a hypothesis is chosen.",
  input,
  output,
  effect: "write",
  positionals: ["experiment"],
  completions: { from: "experiment" },
  examples: [
    { command: "new", summary: "the next number, from the template" },
    { command: "new exp002 --from exp001", summary: "a copy to change, exp001 kept as its parent" },
    { command: "new --template bare", summary: "fit and predict to fill in: images, texts" },
    {
      command: 'new --from exp001 --hypothesis "train on the log of the price"',
      summary: "with the idea",
    },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    if (request.experiment !== undefined) checkExperimentName(request.experiment);
    const source = await sourceFolder(ws, request);
    const template = request.from === undefined ? (request.template ?? usualTemplate) : null;
    return withExperimentLock(ws, async () => {
      const name = await chooseName(ws, request);
      const parent = request.from ?? null;
      const stage = await stageExperiment(ws, {
        source,
        from: request.from ?? templateExperimentName,
        name,
        submission: wantsSubmissionFolder(ws.project, context.env),
        isTemplate: template !== null,
      });
      try {
        const hypothesis = await maskedText(ws, request.hypothesis);
        const task = await ensureTask(context, ws, { name, parent, hypothesis });
        await writeExperiment(stage.folder, {
          name,
          parent,
          task: task.id,
          hypothesis: hypothesis ?? task.hypothesis,
          ...(task.criteria && { criteria: task.criteria }),
          created: context.now().toISOString(),
        });
        const files = await stage.moveIntoPlace();
        return {
          experiment: name,
          folder: `models/${name}`,
          parent,
          template,
          harness: await harnessOf(paths.experiment(ws, name)),
          task: task.id,
          taskOrigin: task.status,
          files,
          renamed: stage.renamed,
          next: [
            ...((await hasValidationGuess(ws.root))
              ? [
                  {
                    operation: "split",
                    input: { write: true },
                    why: "the validation is still init's guess",
                  },
                ]
              : []),
            ...nextSteps(name, template),
          ],
        };
      } finally {
        await stage.discard();
      }
    });
  },
});

async function sourceFolder(
  ws: Workspace,
  { from, template }: { from?: string | undefined; template?: string | undefined },
): Promise<string> {
  if (from === undefined) return templateFolder(ws, template);
  if (template === undefined) return experimentFolder(ws, from);
  throw new UserError({
    code: "from-and-template",
    message: "an experiment starts from another one or from a template, not from both",
    expected: "--from EXP or --template NAME",
    next: { operation: "new", input: { from }, why: "a copy of that experiment" },
    exitCode: 2,
  });
}

async function harnessOf(folder: string): Promise<{ version: number; shipped: number } | null> {
  const version = await harnessVersion(folder);
  return version === undefined ? null : { version, shipped: await shippedHarnessVersion() };
}

/** The number that was planned for this very idea or, without one, next; else one that no experiment and no plan has. */
async function chooseName(
  ws: Workspace,
  {
    experiment: asked,
    hypothesis,
  }: { experiment?: string | undefined; hypothesis?: string | undefined },
): Promise<string> {
  if (asked === undefined)
    return (await plannedFor(ws, hypothesis)) ?? nextExperimentName(await takenNames(ws));
  if ((await experimentNames(ws)).includes(asked)) throw await taken(ws, asked);
  await refuseOtherIdea(ws, asked, hypothesis);
  return asked;
}

async function taken(ws: Workspace, asked: string): Promise<UserError> {
  const free = nextExperimentName(await takenNames(ws));
  return new UserError({
    code: "experiment-taken",
    message: `${asked} already exists`,
    expected: `a name that is free; the next is ${free}`,
    next: { operation: "new", input: { experiment: free }, why: "the next free name" },
    exitCode: 2,
  });
}

function nextSteps(name: string, template: string | null): NextAction[] {
  return [
    `edit models/${name}/${template === usualTemplate ? "settings.py" : "train.py"}`,
    {
      operation: "train",
      input: { experiment: name, on: "local", debug: true },
      why: "a quick run on little data",
    },
    {
      operation: "train",
      input: { experiment: name, on: "local" },
      why: "the run whose score is recorded",
    },
  ];
}

/** experiment.yml is in git. */
async function maskedText(ws: Workspace, text: string | undefined): Promise<string | undefined> {
  return text === undefined ? undefined : maskText(text, await workspaceSecrets(ws.root, {}));
}
