import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { addDoc, docTypes, listDocs, updateDoc } from "../../../backlog/docs.ts";
import type { Doc } from "../../../backlog/parse-doc.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { docLine, docLineSchema } from "../../competition/doc-output.ts";

export const docsAdd = defineOperation({
  description:
    "Saves a page of text as a document of the backlog: the competition's overview, its data description, its metric. With --update, a document of the same title gets the new text.",
  whenToUse: "Use it to save what the user pastes or what you read about the competition.",
  input: z.object({
    title: z.string().trim().min(1).describe("The document's title"),
    file: z.string().optional().describe("Take the text from this file (Markdown)"),
    text: z.string().optional().describe("The text itself (Markdown)"),
    type: z.enum(docTypes).default("other").describe("What kind of document it is"),
    tag: z.array(z.string()).default([]).describe("A tag; repeat for more"),
    update: z
      .boolean()
      .default(false)
      .describe("Replace the text of the document that has this title"),
  }),
  output: docLineSchema.extend({ status: z.enum(["added", "updated"]) }),
  effect: "write",
  positionals: ["title"],
  completions: { file: "file" },
  examples: [
    { command: 'docs add "Data description" --file data.md --type guide', summary: "save a page" },
    {
      command: 'docs add "Evaluation" --text "Accuracy on a hidden 20 %." --tag metric',
      summary: "save a sentence",
    },
    {
      command: 'docs add "Data description" --file data.md --update',
      summary: "the page has changed",
    },
  ],
  async run(context, input) {
    const { root } = await openWorkspace(context.cwd);
    const backlog = await findBacklog(root);
    const content = await readContent(context.cwd, input);
    const { docs } = await listDocs(backlog);
    const same = docs.find((doc) => doc.title.trim() === input.title);
    if (same !== undefined && !input.update) throw titleTaken(same);
    const now = { now: context.now() };
    const { title, type, tag: tags } = input;
    const doc =
      same === undefined
        ? await addDoc(backlog, { title, type, content, tags }, now)
        : await updateDoc(backlog, same.id, content, now);
    return {
      ...docLine(root, doc),
      status: same === undefined ? ("added" as const) : ("updated" as const),
    };
  },
});

async function readContent(
  cwd: string,
  { file, text }: { file?: string | undefined; text?: string | undefined },
): Promise<string> {
  if ((file === undefined) === (text === undefined)) {
    throw new UserError({
      code: "doc-text",
      message: file === undefined ? "the document has no text" : "a file and a text were given",
      expected: "either --file FILE or --text TEXT",
      exitCode: 2,
    });
  }
  if (file === undefined) return text!;
  return readFile(path.resolve(cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      {
        code: "doc-file",
        message: `${file} cannot be read${error.code === "ENOENT" ? ": there is no such file" : `: ${error.code}`}`,
        expected: "a file of Markdown or plain text",
        exitCode: 2,
      },
      { cause: error },
    );
  });
}

function titleTaken(doc: Doc): UserError {
  return new UserError({
    code: "doc-title-taken",
    message: `${doc.id.toUpperCase()} has the title "${doc.title}" already`,
    expected: "another title, or --update to replace its text",
    next: {
      operation: "docs view",
      input: { id: doc.id.toUpperCase() },
      why: "shows what is there; update: true replaces it",
    },
    exitCode: 2,
  });
}
