import { z } from "zod";
import { backlogDate } from "./dates.ts";
import { parseFrontmatter, setKey } from "./frontmatter.ts";
import { joinLines, splitLines } from "./lines.ts";
import { readFrontmatter } from "./read-frontmatter.ts";
import type { Problem } from "./task.ts";

/** A document: a page of Markdown with a title. */
export interface Doc {
  /** `doc-1`, as in the file. */
  id: string;
  title: string;
  type: string;
  /** As written in the file, usually `2026-11-23 08:15` in UTC; empty where the file has none. */
  created: string;
  updated: string | null;
  tags: string[];
  content: string;
  /** Absolute path. */
  file: string;
}

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const docFrontmatterSchema = z.looseObject({
  id: word,
  title: word,
  type: word.nullish().transform((value) => value ?? "other"),
  created_date: word.nullish().transform((value) => value ?? ""),
  updated_date: word.nullish().transform((value) => value ?? null),
  tags: z
    .array(word)
    .nullish()
    .transform((value) => value ?? []),
});

const keyOrder = ["id", "title", "type", "created_date", "updated_date", "tags"];

export type ParsedDoc = { ok: true; doc: Doc } | { ok: false; problem: Problem };

/** Text of a document's file to its value, or to what is wrong with it and on which line. */
export function parseDoc(text: string, file: string): ParsedDoc {
  const lines = splitLines(text);
  const read = readFrontmatter(lines, file, docFrontmatterSchema);
  if (!read.ok) return read;
  const { id, title, type, created_date: created, updated_date: updated, tags } = read.values;
  const content = joinLines(lines.slice(read.bodyStart)).trim();
  return { ok: true, doc: { id, title, type, created, updated, tags, content, file } };
}

/** Text of a document's file with another content and, where `now` is given, `updated_date`. */
export function replaceDocContent(text: string, content: string, now?: Date): string {
  const lines = splitLines(text);
  const parsed = parseFrontmatter(lines);
  if (!parsed.ok) throw new Error(parsed.message);
  const head = lines.slice(0, parsed.span.close + 1);
  const dated = now === undefined ? head : setKey(head, "updated_date", backlogDate(now), keyOrder);
  return joinLines([...dated, content.endsWith("\n") ? content : `${content}\n`]);
}
