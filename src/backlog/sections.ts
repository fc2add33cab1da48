import { inStyleOf, plain } from "./lines.ts";

// oxfmt-ignore
/** The sections Backlog.md knows, in the order in which it writes them. */
export const knownSections = [
  { key: "description", title: "Description", marker: "SECTION:DESCRIPTION" },
  { key: "acceptanceCriteria", title: "Acceptance Criteria", marker: "AC" },
  { key: "definitionOfDone", title: "Definition of Done", marker: "DOD" },
  { key: "plan", title: "Implementation Plan", marker: "SECTION:PLAN" },
  { key: "notes", title: "Implementation Notes", marker: "SECTION:NOTES" },
  { key: "comments", title: "Comments", marker: "COMMENTS" },
  { key: "finalSummary", title: "Final Summary", marker: "SECTION:FINAL_SUMMARY" },
] as const;

export type SectionKey = (typeof knownSections)[number]["key"];

/** Line indexes: the heading, and the content from `start` up to, not including, `end`. */
export interface Section {
  key: SectionKey;
  /** Index of the heading, or of the first marker where there is no heading. */
  heading: number;
  start: number;
  end: number;
  /** Whether markers stand around the content; without them it reaches to the next heading. */
  marked: boolean;
}

/** The known sections in a file's lines after `from`. What stands inside markers is never taken for a heading. */
export function findSections(lines: readonly string[], from: number): Section[] {
  const sections: Section[] = [];
  let heading: { index: number; known: SectionKey | undefined } | undefined;
  let open: Section | undefined;
  // Markers whose end was looked for in vain, as it will be from further down.
  const endless = new Set<string>();
  const closeAt = (index: number) => {
    if (open !== undefined) sections.push({ ...open, end: index });
    open = undefined;
  };
  for (let index = from; index < lines.length; index += 1) {
    // Of a long text, few lines are looked at closely.
    if (!lines[index]!.startsWith("<!-- ") && !lines[index]!.startsWith("## ")) continue;
    const line = plain(lines[index]!);
    const begun = knownSections.find(({ marker }) => line === `<!-- ${marker}:BEGIN -->`);
    const end =
      begun === undefined || endless.has(begun.marker) ? -1 : endOf(lines, index, begun.marker);
    if (begun !== undefined && end === -1) endless.add(begun.marker);
    if (begun !== undefined && end !== -1) {
      const own = heading?.known === begun.key && open !== undefined;
      if (own) open = undefined;
      closeAt(index);
      const top = own ? heading!.index : index;
      sections.push({ key: begun.key, heading: top, start: index + 1, end, marked: true });
      index = end;
    } else if (line.startsWith("## ")) {
      closeAt(index);
      const known = knownSections.find(({ title }) => line.slice(3).trim() === title)?.key;
      heading = { index, known };
      if (known !== undefined) {
        open = { key: known, heading: index, start: index + 1, end: index + 1, marked: false };
      }
    }
  }
  closeAt(lines.length);
  return sections;
}

function endOf(lines: readonly string[], from: number, marker: string): number {
  const end = `<!-- ${marker}:END -->`;
  for (let index = from + 1; index < lines.length; index += 1) {
    if (lines[index]!.startsWith(end) && plain(lines[index]!) === end) return index;
  }
  return -1;
}

/** The text of a section, outer blank lines gone; empty where it is not there. */
export function sectionText(
  lines: readonly string[],
  sections: readonly Section[],
  key: SectionKey,
): string {
  const section = sections.find((one) => one.key === key);
  if (section === undefined) return "";
  const text = lines.slice(section.start, section.end).join("\n");
  return plain(text).replaceAll("\r\n", "\n").trim();
}

/**
 * Lines with the section's content set; an empty one takes the section out. One without markers gets them. A new
 * section stands in Backlog.md's order among those there are.
 */
export function setSection(
  lines: readonly string[],
  bodyStart: number,
  key: SectionKey,
  content: readonly string[],
): string[] {
  const section = findSections(lines, bodyStart).find((one) => one.key === key);
  if (section === undefined)
    return content.length === 0 ? [...lines] : insert(lines, bodyStart, key, content);
  if (content.length === 0) return remove(lines, section);
  if (section.marked) return replaceContent(lines, section, content);
  const { marker } = definitionOf(key);
  const end = endOfText(lines, section);
  const block = [...gapFor(key), `<!-- ${marker}:BEGIN -->`, ...content, `<!-- ${marker}:END -->`];
  return lines.toSpliced(section.start, end - section.start, ...inStyleOf(lines, block));
}

/** Replaces only the lines that differ, so that those at both ends keep their bytes. */
function replaceContent(
  lines: readonly string[],
  section: Section,
  content: readonly string[],
): string[] {
  const { start, end } = section;
  let head = 0;
  while (
    head < content.length &&
    start + head < end &&
    plain(lines[start + head]!) === content[head]
  )
    head += 1;
  let tail = 0;
  while (
    tail < content.length - head &&
    end - tail > start + head &&
    plain(lines[end - tail - 1]!) === content[content.length - tail - 1]
  ) {
    tail += 1;
  }
  const added = inStyleOf(lines, content.slice(head, content.length - tail));
  return lines.toSpliced(start + head, end - tail - (start + head), ...added);
}

function insert(
  lines: readonly string[],
  bodyStart: number,
  key: SectionKey,
  content: readonly string[],
): string[] {
  const { title, marker } = definitionOf(key);
  const heading = [`## ${title}`, ...gapFor(key)];
  const block = [...heading, `<!-- ${marker}:BEGIN -->`, ...content, `<!-- ${marker}:END -->`];
  const rank = rankOf(key);
  const sections = findSections(lines, bodyStart).toSorted((a, b) => a.heading - b.heading);
  const before = sections.findLast((one) => rankOf(one.key) < rank);
  const after = sections.find((one) => rankOf(one.key) > rank);
  if (before !== undefined) {
    const at = before.marked ? before.end + 1 : endOfText(lines, before);
    return lines.toSpliced(at, 0, ...inStyleOf(lines, ["", ...block]));
  }
  if (after !== undefined) {
    return lines.toSpliced(after.heading, 0, ...inStyleOf(lines, [...block, ""]));
  }
  return append(lines, bodyStart, block);
}

/** After whatever else the body holds; alone in it where that is nothing. */
function append(lines: readonly string[], bodyStart: number, block: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => plain(line).trim() !== "");
  const at = Math.max(last + 1, bodyStart);
  return [...lines.slice(0, at), ...inStyleOf(lines, ["", ...block]), ""];
}

function remove(lines: readonly string[], section: Section): string[] {
  const end = section.marked ? section.end + 1 : endOfText(lines, section);
  const blankAfter = plain(lines[end] ?? "x").trim() === "" && end < lines.length - 1;
  const blankBefore = !blankAfter && plain(lines[section.heading - 1] ?? "x").trim() === "";
  const from = section.heading - (blankBefore ? 1 : 0);
  return lines.toSpliced(from, end + (blankAfter ? 1 : 0) - from);
}

function endOfText(lines: readonly string[], section: Section): number {
  const last = lines.findLastIndex(
    (line, index) => index >= section.start && index < section.end && plain(line).trim() !== "",
  );
  return Math.max(last + 1, section.start);
}

function definitionOf(key: SectionKey) {
  return knownSections.find((one) => one.key === key)!;
}

function rankOf(key: SectionKey): number {
  return knownSections.findIndex((one) => one.key === key);
}

/** Lists stand right under their heading, prose a line further down. */
function gapFor(key: SectionKey): string[] {
  return key === "acceptanceCriteria" || key === "definitionOfDone" ? [] : [""];
}
