import path from "node:path";
import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { createTask } from "../../../backlog/create-task.ts";
import { checkExperimentName, nextExperimentName } from "../../../core/experiment/experiment.ts";
import { draftExperimentTask } from "../../../core/experiment/task-draft.ts";
import { shownScoreShape } from "../../../core/score/shown-score.ts";
import { nextActionSchema } from "../../../core/errors/next-action.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { withExperimentLock } from "../../../storage/experiment/experiment-lock.ts";
import {
  experimentFolder,
  openWorkspace,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import { defineOperation } from "../../operation.ts";
import { findExperimentTask } from "../../task/experiment-task.ts";
import { takenNames } from "../../task/reserved-names.ts";
import { toRows } from "../../experiment/experiment-row.ts";
import { readExperiments } from "../../experiment/read-experiments.ts";
import { type Idea, readIdeas } from "../../experiment/experiment-ideas.ts";
import { similarIdeas } from "../../experiment/similar-ideas.ts";

const input = z.object({
  hypothesis: z
    .string()
    .refine((text) => text.trim() !== "", "must not be empty")
    .describe("What you think will help, and why"),
  exp: z.string().optional().describe("The experiment's name; by default the next free number"),
  from: z.string().optional().describe("The experiment it will be a change to"),
  expected: z.string().optional().describe("The result you expect"),
  changes: z.string().optional().describe("What will be changed from the base"),
});

const output = z.object({
  experiment: z.string(),
  task: z.object({ id: z.string(), title: z.string(), file: z.string() }),
  parent: z.string().nullable(),
  /** Similar hypotheses that were tried or planned before, the most similar first, and what they gave. */
  similar: z.array(
    z.object({
      experiment: z.string(),
      task: z.string().nullable(),
      hypothesis: z.string(),
      status: z.enum(["open", "done"]),
      cv: z.number().nullable(),
      ...shownScoreShape,
      /** CV minus the parent's CV. */
      difference: z.number().nullable(),
      improved: z.boolean().nullable(),
    }),
  ),
  next: z.array(nextActionSchema),
  problems: z.array(problemSchema),
});

export const planAdd = defineOperation({
  description:
    "Turns a hypothesis into a backlog task for the next experiment (labels exp and expXXX, the two acceptance criteria, the parent's task as dependency), and shows similar hypotheses tried before with their results.",
  whenToUse:
    "Use it before `new`, one hypothesis per experiment; when it shows a similar idea that failed, reconsider.",
  input,
  output,
  effect: "write",
  positionals: ["hypothesis"],
  completions: { from: "experiment" },
  examples: [
    {
      command: 'plan add "ratios of areas help the trees" --from exp001',
      summary: "a change to exp001",
    },
    {
      command:
        'plan add "log target" --from exp002 --expected "RMSLE -0.005" --changes "train on log1p"',
      summary: "with what is expected and what changes",
    },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    if (request.exp !== undefined) checkExperimentName(request.exp);
    const parent = await readParent(ws, request.from);
    return withExperimentLock(ws, async () => {
      const { records, metric, tasks, problems } = await readExperiments(context, ws);
      const rows = toRows(records, metric, context.now());
      const { ideas, problems: taskProblems } = await readIdeas(ws, rows, tasks);
      const name = await chooseName(ws, request.exp, ideas);
      const { hypothesis, changes, expected } = request;
      const draft = draftExperimentTask({ name, hypothesis, changes, expected, parent });
      const task = await createTask(await findBacklog(ws.root), draft, { now: context.now() });
      return {
        experiment: name,
        task: { id: task.id, title: task.title, file: path.relative(ws.root, task.file) },
        parent: request.from ?? null,
        similar: similarIdeas(request.hypothesis, ideas).map(describe),
        next: [
          {
            operation: "new",
            input: {
              experiment: name,
              ...(request.from === undefined ? {} : { from: request.from }),
            },
            why: "makes the experiment",
          },
        ],
        problems: showProblems(ws.root, [...problems, ...taskProblems]),
      };
    });
  },
});

async function readParent(
  ws: Workspace,
  name: string | undefined,
): Promise<{ name: string; task: string | null } | undefined> {
  if (name === undefined) return undefined;
  await experimentFolder(ws, name);
  return { name, task: (await findExperimentTask(ws, name)) ?? null };
}

/** Call it under the experiments' lock. Numbers of experiments and of planned ones are both taken. */
async function chooseName(
  ws: Workspace,
  asked: string | undefined,
  ideas: readonly Idea[],
): Promise<string> {
  const planned = ideas.filter(({ task }) => task !== undefined);
  if (asked === undefined) return nextExperimentName(await takenNames(ws));
  const taken = planned.find(({ experiment }) => experiment === asked);
  if (taken === undefined) return asked;
  throw new UserError({
    code: "experiment-planned",
    message: `${asked} has a task already: ${taken.task!.id} ${taken.task!.title}`,
    expected: "another name, or none for the next free number",
    next: { operation: "tasks view", input: { id: taken.task!.id }, why: "shows what is planned" },
    exitCode: 2,
  });
}

function describe({
  experiment,
  task,
  hypothesis,
  row,
  closed,
}: Idea): z.output<typeof output>["similar"][number] {
  return {
    experiment,
    task: task?.id ?? null,
    hypothesis,
    status: closed ? "done" : "open",
    cv: row?.cv ?? null,
    standing: row?.standing ?? null,
    proof: row?.proof ?? null,
    scoredRows: row?.scoredRows ?? null,
    splitDiffers: row?.splitDiffers ?? [],
    difference: row?.difference ?? null,
    improved: row?.improved ?? null,
  };
}
