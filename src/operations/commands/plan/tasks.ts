import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { hasLabels, readTasks } from "../../../backlog/read-tasks.ts";
import { knownStatus } from "../../../backlog/task-values.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import { defineOperation } from "../../operation.ts";
import { taskLine, taskLineSchema } from "../../task/task-output.ts";

export const tasks = defineOperation({
  description:
    "Lists the backlog's tasks by number, all of them or those of one status or with given labels. Files that cannot be read are named below.",
  whenToUse: "Use it to see every task; `plan` says more of the experiments.",
  input: z.object({
    status: z.string().optional().describe("Only tasks of this status, in any case"),
    label: z
      .array(z.string())
      .default([])
      .describe("Only tasks with this label, spelled exactly so; repeat for more"),
  }),
  output: z.object({ tasks: z.array(taskLineSchema), problems: z.array(problemSchema) }),
  effect: "read",
  short: { status: "s", label: "l" },
  examples: [
    { command: "tasks --label exp", summary: "the experiments" },
    { command: 'tasks --status "In Progress"', summary: "what is being worked on" },
  ],
  async run(context, { status, label }) {
    const { root } = await openWorkspace(context.cwd);
    const backlog = await findBacklog(root);
    const wanted = status === undefined ? undefined : knownStatus(status, backlog.config);
    const { tasks: all, problems } = await readTasks(backlog);
    const shown = all
      .filter((task) => wanted === undefined || task.status.toLowerCase() === wanted.toLowerCase())
      .filter((task) => hasLabels(task, label));
    return {
      tasks: shown.map((task) => taskLine(root, task)),
      problems: showProblems(root, problems),
    };
  },
});
