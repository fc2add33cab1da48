import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { searchTasks } from "../../../backlog/search-tasks.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import { defineOperation } from "../../operation.ts";
import { taskLine, taskLineSchema } from "../../task/task-output.ts";

export const tasksSearch = defineOperation({
  description:
    "Finds tasks that contain all the words, the best match first: in title, labels, description, plan, notes, criteria and summary, in any script. Labels are matched exactly.",
  whenToUse: "Use it before `plan_add`, to find what was tried under other words.",
  input: z.object({
    words: z
      .array(z.string())
      .default([])
      .describe("What to look for; the beginning of a word is enough"),
    label: z
      .array(z.string())
      .default([])
      .describe("Only tasks with this label, spelled exactly so; repeat for more"),
  }),
  output: z.object({
    tasks: z.array(
      taskLineSchema.extend({
        /** How well the words fit, higher is better; 0 where only labels were asked for. */
        score: z.number(),
      }),
    ),
    problems: z.array(problemSchema),
  }),
  effect: "read",
  positionals: ["words"],
  short: { label: "l" },
  examples: [
    { command: "tasks search target encoding", summary: "tasks that mention both" },
    { command: "tasks search --label exp042", summary: "the task of one experiment" },
    {
      command: "tasks search 特徴量 --label exp",
      summary: "words in Japanese among the experiments",
    },
  ],
  async run(context, { words, label }) {
    const { root } = await openWorkspace(context.cwd);
    const backlog = await findBacklog(root);
    const { hits, problems } = await searchTasks(backlog, words.join(" "), { labels: label });
    return {
      tasks: hits.map(({ task, score }) => Object.assign(taskLine(root, task), { score })),
      problems: showProblems(root, problems),
    };
  },
});
