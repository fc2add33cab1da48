import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readTask } from "../../../backlog/read-tasks.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { taskSchema, wholeTask } from "../../task/task-output.ts";

export const tasksView = defineOperation({
  description: "Reads one task: description, acceptance criteria, plan, notes and final summary.",
  whenToUse: "Use it to read the plan and the notes of one task.",
  input: z.object({ id: z.string().min(1).describe("The task's id: 3, task-3 or TASK-3") }),
  output: taskSchema,
  effect: "read",
  untrustedText: true,
  positionals: ["id"],
  completions: { id: "task" },
  examples: [{ command: "tasks view TASK-3", summary: "read a task" }],
  async run(context, { id }) {
    const { root } = await openWorkspace(context.cwd);
    const backlog = await findBacklog(root);
    return wholeTask(root, await readTask(backlog, id));
  },
});
