import path from "node:path";
import { z } from "zod";
import type { Doc } from "../../backlog/parse-doc.ts";

/** A document without its text. */
export const docLineSchema = z.object({
  /** As shown: `DOC-1`. */
  id: z.string(),
  title: z.string(),
  type: z.string(),
  tags: z.array(z.string()),
  created: z.string(),
  updated: z.string().nullable(),
  /** Relative to the workspace. */
  file: z.string(),
});

export function docLine(root: string, doc: Doc): z.output<typeof docLineSchema> {
  const { title, type, tags, created, updated } = doc;
  const file = path.relative(root, doc.file);
  return { id: doc.id.toUpperCase(), title, type, tags, created, updated, file };
}
