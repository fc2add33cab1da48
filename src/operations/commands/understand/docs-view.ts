import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readDoc } from "../../../backlog/docs.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { docLine, docLineSchema } from "../../competition/doc-output.ts";

export const docsView = defineOperation({
  description: "Reads one document as Markdown.",
  whenToUse: "Use it before deciding on a metric, a validation strategy or a feature.",
  input: z.object({ id: z.string().min(1).describe("The document's id: 1, doc-1 or DOC-1") }),
  output: docLineSchema.extend({ content: z.string() }),
  effect: "read",
  untrustedText: true,
  positionals: ["id"],
  completions: { id: "doc" },
  examples: [{ command: "docs view DOC-1", summary: "read the first document" }],
  async run(context, { id }) {
    const { root } = await openWorkspace(context.cwd);
    const doc = await readDoc(await findBacklog(root), id);
    return { ...docLine(root, doc), content: doc.content };
  },
});
