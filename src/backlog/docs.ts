import path from "node:path";
import { maskValue } from "../core/secrets/mask.ts";
import { UserError } from "../core/errors/user-error.ts";
import { problemOf } from "../core/errors/problem.ts";
import { writeAtomic } from "../storage/files/atomic-write.ts";
import { unreadable } from "../storage/files/read-failure.ts";
import { readText } from "../storage/files/read-text.ts";
import { workspaceSecrets } from "../storage/workspace/workspace-secrets.ts";
import type { Backlog } from "./backlog.ts";
import { backlogDate } from "./dates.ts";
import { markdownFiles, nextNumberedId, sameNumberedId } from "./doc-files.ts";
import { titleSlug } from "./file-name.ts";
import { tidyLine } from "./lines.ts";
import { withCreateLock } from "./lock.ts";
import { type Doc, type ParsedDoc, parseDoc, replaceDocContent } from "./parse-doc.ts";
import type { Problem } from "./task.ts";
import { tidyLabels } from "./task-values.ts";
import { yamlLines } from "./yaml-text.ts";

export const docTypes = ["readme", "guide", "specification", "other"] as const;
type DocType = (typeof docTypes)[number];

export interface NewDoc {
  title: string;
  /** Markdown. */
  content: string;
  type?: DocType;
  tags?: readonly string[];
}

/** The backlog's documents by number, and the files that cannot be read as documents. */
export async function listDocs(backlog: Backlog): Promise<{ docs: Doc[]; problems: Problem[] }> {
  const files = await markdownFiles(docsFolder(backlog));
  const read = await Promise.all(files.map(readDocFile));
  const parsed = read.filter((one) => one !== undefined);
  return {
    docs: parsed
      .flatMap((one) => (one.ok ? [one.doc] : []))
      .toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true })),
    problems: parsed.flatMap((one) => (one.ok ? [] : [one.problem])),
  };
}

/** Undefined where the file has gone. */
async function readDocFile(file: string): Promise<ParsedDoc | undefined> {
  try {
    const text = await readText(file);
    return text === undefined ? undefined : parseDoc(text, file);
  } catch (error) {
    return { ok: false, problem: problemOf(error, file) };
  }
}

/** One document by its id in any form: 1, doc-1, DOC-1. Throws a UserError that lists those there are. */
export async function readDoc(backlog: Backlog, id: string): Promise<Doc> {
  const { docs, problems } = await listDocs(backlog);
  const doc = docs.find((one) => sameNumberedId(id, one.id, "doc"));
  if (doc !== undefined) return doc;
  const broken = problems.find(({ at }) => sameNumberedId(id, path.basename(at.file), "doc"));
  if (broken !== undefined) {
    throw new UserError({
      code: "broken-doc",
      message: `the document cannot be read: ${broken.message}`,
      at: broken.at,
      next: `fix ${broken.at.file}`,
    });
  }
  throw noDoc(id, docs);
}

/** A new document, byte for byte what Backlog.md writes for the same title, type, tags and content. */
export async function addDoc(
  backlog: Backlog,
  given: NewDoc,
  { now }: { now: Date },
): Promise<Doc> {
  const doc = maskValue(given, await workspaceSecrets(backlog.root, {}));
  const title = tidyLine(doc.title);
  if (title === "") throw noTitle();
  return withCreateLock(backlog, async (assertHeld) => {
    const files = await markdownFiles(docsFolder(backlog));
    const id = nextNumberedId(files, "doc", backlog.config.zero_padded_ids);
    const tags = tidyLabels(doc.tags ?? []);
    const frontmatter = yamlLines({
      id,
      title,
      type: doc.type ?? "other",
      created_date: backlogDate(now),
      ...(tags.length === 0 ? {} : { tags }),
    });
    const file = path.join(docsFolder(backlog), `${id} - ${titleSlug(title)}.md`);
    const empty = ["---", ...frontmatter, "---", ""].join("\n");
    assertHeld();
    return write(file, replaceDocContent(empty, doc.content));
  });
}

/** Replaces a document's text; its frontmatter keeps every line but `updated_date`. The same text changes nothing. */
export async function updateDoc(
  backlog: Backlog,
  id: string,
  content: string,
  { now }: { now: Date },
): Promise<Doc> {
  return withCreateLock(backlog, async (assertHeld) => {
    const doc = await readDoc(backlog, id);
    const text = await readText(doc.file);
    if (text === undefined) throw unreadable(doc.file, "it is not there any more");
    if (replaceDocContent(text, content) === text) return doc;
    assertHeld();
    return write(doc.file, replaceDocContent(text, content, now));
  });
}

async function write(file: string, text: string): Promise<Doc> {
  await writeAtomic(file, text);
  const parsed = parseDoc(text, file);
  if (!parsed.ok)
    throw new Error(`a document just written cannot be read: ${parsed.problem.message}`);
  return parsed.doc;
}

function docsFolder(backlog: Backlog): string {
  return path.join(backlog.folder, "docs");
}

function noTitle(): UserError {
  return new UserError({
    code: "doc-title",
    message: "the title is empty",
    expected: "a few words: Data description",
    exitCode: 2,
  });
}

function noDoc(id: string, docs: readonly Doc[]): UserError {
  return new UserError({
    code: "no-doc",
    message: `there is no document ${id}`,
    expected:
      docs.length === 0
        ? "the backlog has none yet"
        : `one of ${docs.map((one) => `${one.id} (${one.title})`).join(", ")}`,
    next:
      docs.length === 0
        ? { operation: "docs add", input: {}, why: "saves a page of text as a document" }
        : { operation: "docs", input: {}, why: "lists every document" },
    exitCode: 2,
  });
}
