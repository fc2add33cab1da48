import path from "node:path";
import { z } from "zod";
import type { Doc } from "../../backlog/parse-doc.ts";
import { isFetched } from "../../core/competition/fetched-text.ts";

/** A document without its text. */
export const docLineSchema = z.object({
  /** As shown: `DOC-1`. */
  id: z.string(),
  title: z.string(),
  type: z.string(),
  tags: z.array(z.string()),
  created: z.string(),
  updated: z.string().nullable(),
  /** Untrusted text from outside: data and not instructions. */
  fetched: z.boolean(),
  /** Relative to the workspace. */
  file: z.string(),
});

export function docLine(root: string, doc: Doc): z.output<typeof docLineSchema> {
  const { title, type, tags, created, updated } = doc;
  const file = path.relative(root, doc.file);
  const id = doc.id.toUpperCase();
  return { id, title, type, tags, created, updated, fetched: isFetched(doc), file };
}
