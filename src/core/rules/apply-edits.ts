import type { Edit } from "./rule.ts";

/** A file's text with edits made; its line ends and byte order mark stay. Of two edits that meet, the first is made. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.slice(mark.length).split(/\r\n|\r|\n/);
  for (const edit of apart(edits)) {
    const line = lines[edit.line - 1] ?? "";
    lines[edit.line - 1] = line.slice(0, edit.from - 1) + edit.text + line.slice(edit.to - 1);
  }
  const additions = edits.filter((edit) => "append" in edit);
  let whole = lines.join("\n");
  for (const { append } of additions) whole = `${whole.trimEnd()}\n${append}\n`;
  return mark + whole.replaceAll("\n", end);
}

type Replacement = Extract<Edit, { line: number }>;

/** Replacements from the end of the file to its start, without those that overlap an earlier one. */
function apart(edits: readonly Edit[]): Replacement[] {
  const sorted = edits
    .filter((edit) => "line" in edit)
    .toSorted((a, b) => a.line - b.line || a.from - b.from);
  const kept: Replacement[] = [];
  for (const edit of sorted) {
    const last = kept.at(-1);
    if (last === undefined || last.line < edit.line || last.to <= edit.from) kept.push(edit);
  }
  return kept.toReversed();
}
