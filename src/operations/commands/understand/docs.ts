import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { listDocs } from "../../../backlog/docs.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import { defineOperation } from "../../operation.ts";
import { docLine, docLineSchema } from "../../competition/doc-output.ts";

export const docs = defineOperation({
  description:
    "Lists the competition's documents (overview, data description, metric), kept as Backlog.md documents. Read them before planning an experiment.",
  whenToUse: "Use it first in a workspace you do not know, then docs_view for each document.",
  input: z.object({}),
  output: z.object({ docs: z.array(docLineSchema), problems: z.array(problemSchema) }),
  effect: "read",
  examples: [{ command: "docs", summary: "what there is to read" }],
  async run(context) {
    const { root } = await openWorkspace(context.cwd);
    const listed = await listDocs(await findBacklog(root));
    return {
      docs: listed.docs.map((doc) => docLine(root, doc)),
      problems: showProblems(root, listed.problems),
    };
  },
});
