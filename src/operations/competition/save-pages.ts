import { createHash } from "node:crypto";
import { z } from "zod";
import { findBacklog } from "../../backlog/backlog.ts";
import { addDoc, listDocs, updateDoc } from "../../backlog/docs.ts";
import type { Doc } from "../../backlog/parse-doc.ts";
import { fetchedTag, isFetched, markFetched } from "../../core/competition/fetched-text.ts";
import { changedLines } from "../../core/text/line-changes.ts";
import { competitionPage } from "../../clients/kaggle/addresses.ts";
import type { CompetitionPage } from "../../clients/kaggle/competitions.ts";
import { pageMarkdown } from "../../clients/kaggle/page-markdown.ts";
import type { FetchedRecord } from "../../storage/competition/fetched-record.ts";
import { docLine, docLineSchema } from "./doc-output.ts";

export const savedPageSchema = docLineSchema.extend({
  /** `kept`: both Kaggle's text and this document were changed; the document stays as it is. */
  status: z.enum(["added", "updated", "unchanged", "kept"]),
  url: z.string(),
  /** Null where the text is new or the same. */
  changes: z.object({ added: z.int(), removed: z.int(), sample: z.array(z.string()) }).nullable(),
});
type SavedPage = z.output<typeof savedPageSchema>;

interface Saving {
  root: string;
  slug: string;
  now: Date;
  /** Replace documents that were edited here too. */
  overwrite: boolean;
  record: FetchedRecord;
}

/** Saves each page as a document, in place of what was fetched before. Fills in the record. */
export async function savePages(
  saving: Saving,
  pages: readonly CompetitionPage[],
): Promise<SavedPage[]> {
  const saved: SavedPage[] = [];
  for (const page of pages) {
    const text = await pageMarkdown(page.content, page.mimeType);
    if (text !== "") saved.push(await savePage(saving, page, text));
  }
  return saved;
}

async function savePage(
  { root, slug, now, overwrite, record }: Saving,
  page: CompetitionPage,
  text: string,
): Promise<SavedPage> {
  const backlog = await findBacklog(root);
  const { docs } = await listDocs(backlog);
  const url = pageAddress(slug, page.name);
  const content = markFetched(url, text);
  const { name, title, there } = documentFor(docs, page);
  if (there === undefined) {
    const tags = [fetchedTag, "kaggle"];
    const doc = await addDoc(backlog, { title, type: "specification", content, tags }, { now });
    record.docs[name] = sumOf(content);
    return { ...docLine(root, doc), status: "added", url, changes: null };
  }
  const known = record.docs[name];
  const edited = known !== undefined && known !== sumOf(there.content);
  const changed =
    known === undefined ? sumOf(content) !== sumOf(there.content) : known !== sumOf(content);
  if (!changed && !(edited && overwrite)) {
    record.docs[name] = known ?? sumOf(content);
    return { ...docLine(root, there), status: "unchanged", url, changes: null };
  }
  const changes = changedLines(there.content, content);
  if (edited && !overwrite) return { ...docLine(root, there), status: "kept", url, changes };
  const doc = await updateDoc(backlog, there.id, content, { now });
  record.docs[name] = sumOf(content);
  return { ...docLine(root, doc), status: "updated", url, changes };
}

/** The document of a page, by its title among those that were fetched; a title that someone uses is left alone. */
function documentFor(docs: readonly Doc[], { name, postTitle }: CompetitionPage) {
  const title = titleOf(name, postTitle);
  const titles = [title, `${title} (Kaggle)`];
  const there = docs.find((doc) => titles.includes(doc.title.trim()) && isFetched(doc));
  const taken = docs.some((doc) => doc.title.trim() === title);
  return { name, title: taken ? titles[1]! : title, there };
}

const pageTitles: Record<string, string> = {
  description: "Overview",
  "data-description": "Data description",
};

function titleOf(name: string, postTitle: string | null): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
  const given = pageTitles[name.toLowerCase()] ?? (plain || postTitle?.trim() || "Page");
  return given.charAt(0).toUpperCase() + given.slice(1);
}

function pageAddress(slug: string, name: string): string {
  const paths: Record<string, string> = {
    description: "overview",
    rules: "rules",
    "data-description": "data",
  };
  const address = paths[name.toLowerCase()] ?? `overview/${encodeURIComponent(name)}`;
  return `${competitionPage(slug)}/${address}`;
}

function sumOf(content: string): string {
  return createHash("sha256").update(content.trim()).digest("hex");
}
