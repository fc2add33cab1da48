import { existsSync } from "node:fs";
import { z } from "zod";
import {
  checkExperimentName,
  nextExperimentName,
  templateExperimentName,
} from "../../../core/experiment/experiment.ts";
import { nextActionSchema, type NextAction } from "../../../core/errors/next-action.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { withExperimentLock } from "../../../storage/experiment/experiment-lock.ts";
import { writeExperiment } from "../../../storage/experiment/experiment-file.ts";
import {
  experimentFolder,
  listExperiments,
  openWorkspace,
  paths,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { wantsSubmissionFolder } from "../../experiment/code-submission.ts";
import { ensureTask } from "../../experiment/ensure-task.ts";
import { stageExperiment } from "../../experiment/stage-experiment.ts";

const input = z.object({
  experiment: z
    .string()
    .optional()
    .describe("Name, exp and three digits with an optional _suffix; by default the next number"),
  from: z.string().optional().describe("Copy this experiment instead of the template"),
  hypothesis: z.string().optional().describe("What is tried, for the task and the history"),
});

const output = z.object({
  experiment: z.string(),
  /** Relative to the workspace. */
  folder: z.string(),
  parent: z.string().nullable(),
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
    "Makes models/<experiment>/ with train.py, settings.py and inference.py, from the template or as a copy of another experiment (everything but its artifacts and scores, its name replaced), and its backlog task. Two at once never get the same experiment.",
  whenToUse: "Use it once a hypothesis is chosen.",
  input,
  output,
  effect: "write",
  positionals: ["experiment"],
  completions: { from: "experiment" },
  examples: [
    { command: "new", summary: "the next number, from the template" },
    { command: "new exp002 --from exp001", summary: "a copy to change, exp001 kept as its parent" },
    {
      command: 'new --from exp001 --hypothesis "train on the log of the price"',
      summary: "with the idea",
    },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    if (request.experiment !== undefined) checkExperimentName(request.experiment);
    const source = await sourceFolder(ws, request.from);
    return withExperimentLock(ws, async () => {
      const name = await chooseName(ws, request.experiment);
      const parent = request.from ?? null;
      const stage = await stageExperiment(ws, {
        source,
        from: request.from ?? templateExperimentName,
        name,
        submission: wantsSubmissionFolder(ws.project, context.env),
      });
      try {
        const task = await ensureTask(
          ws,
          { name, parent, hypothesis: request.hypothesis },
          context,
        );
        await writeExperiment(stage.folder, {
          name,
          parent,
          task: task.id,
          hypothesis: request.hypothesis ?? task.hypothesis,
          created: context.now().toISOString(),
        });
        const files = await stage.moveIntoPlace();
        return {
          experiment: name,
          folder: `models/${name}`,
          parent,
          task: task.id,
          taskOrigin: task.status,
          files,
          renamed: stage.renamed,
          next: nextSteps(name, parent),
        };
      } finally {
        await stage.discard();
      }
    });
  },
});

async function sourceFolder(ws: Workspace, from: string | undefined): Promise<string> {
  if (from !== undefined) return experimentFolder(ws, from);
  const template = paths.template(ws);
  if (existsSync(template)) return template;
  throw new UserError({
    code: "no-template",
    message: "the experiment template is gone: there is no templates/models/ in the workspace",
    next: { operation: "init", input: {}, why: "writes what is missing, keeps the rest" },
  });
}

async function chooseName(ws: Workspace, asked: string | undefined): Promise<string> {
  const names = await listExperiments(ws);
  const free = nextExperimentName(names);
  if (asked === undefined) return free;
  if (!existsSync(paths.experiment(ws, asked))) return asked;
  throw new UserError({
    code: "experiment-taken",
    message: `${asked} is there already`,
    expected: `a name that is free; the next is ${free}`,
    next: { operation: "new", input: { experiment: free }, why: "the next free name" },
    exitCode: 2,
  });
}

function nextSteps(name: string, parent: string | null): NextAction[] {
  return [
    parent === null ? `edit models/${name}/settings.py` : `edit models/${name}/train.py`,
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
