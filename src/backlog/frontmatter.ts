import { parseSimpleYaml } from "../core/text/simple-yaml.ts";
import { readYaml } from "../storage/files/read-yaml.ts";
import { inStyleOf, plain } from "./lines.ts";
import { ownCopy } from "./own-copy.ts";
import { yamlLines } from "./yaml-text.ts";

/** Where the frontmatter stands: indexes of the two `---` lines. */
export interface FrontmatterSpan {
  open: number;
  close: number;
}

export type ParsedFrontmatter =
  | { ok: true; span: FrontmatterSpan; values: Record<string, unknown> }
  | { ok: false; line: number; message: string };

/** The frontmatter of a Markdown file. Lines count from 1. */
export function parseFrontmatter(lines: readonly string[]): ParsedFrontmatter {
  const span = findFrontmatter(lines);
  if (span === undefined) {
    return { ok: false, line: 1, message: "no frontmatter between two lines of ---" };
  }
  const inside = lines.slice(span.open + 1, span.close).map(plain);
  // Of a copy: what is kept of its values must not keep all of the file's text.
  const simple = parseSimpleYaml(ownCopy(inside.join("\n")).split("\n"), { digits: "kept" });
  if (simple !== undefined) return { ok: true, span, values: simple };
  const read = readYaml(inside.join("\n"), { digits: "kept" });
  if (!read.ok)
    return {
      ok: false,
      line: read.line + span.open + 1,
      message: `the frontmatter is ${read.message}`,
    };
  const values: unknown = read.value ?? {};
  if (typeof values !== "object" || Array.isArray(values)) {
    return {
      ok: false,
      line: span.open + 2,
      message: "the frontmatter is not a mapping of keys to values",
    };
  }
  return { ok: true, span, values: values as Record<string, unknown> };
}

function findFrontmatter(lines: readonly string[]): FrontmatterSpan | undefined {
  if (plain(lines[0] ?? "").replace(/^\uFEFF/, "") !== "---") return undefined;
  const close = lines.findIndex((line, index) => index > 0 && plain(line).trimEnd() === "---");
  return close === -1 ? undefined : { open: 0, close };
}

/** Line of a key in the file, from 1; of the frontmatter's first line where the key is not there. */
export function lineOfKey(lines: readonly string[], span: FrontmatterSpan, key: string): number {
  return (entryOf(lines, span, key)?.start ?? span.open + 1) + 1;
}

/**
 * Lines with one key set, the others as they were. A new key goes after the nearest one that comes before it in
 * `order`, where Backlog.md would put it.
 */
export function setKey(
  lines: readonly string[],
  key: string,
  value: unknown,
  order: readonly string[],
): string[] {
  const span = findFrontmatter(lines)!;
  const added = inStyleOf(lines, yamlLines({ [key]: value }));
  const entry = entryOf(lines, span, key);
  if (entry !== undefined) return lines.toSpliced(entry.start, entry.end - entry.start, ...added);
  return lines.toSpliced(placeFor(lines, span, key, order), 0, ...added);
}

function placeFor(
  lines: readonly string[],
  span: FrontmatterSpan,
  key: string,
  order: readonly string[],
): number {
  for (const before of order.slice(0, order.indexOf(key)).toReversed()) {
    const entry = entryOf(lines, span, before);
    if (entry !== undefined) return entry.end;
  }
  return span.open + 1;
}

/** Lines from the key's own up to, not including, `end`; blank and comment lines after the value are not its own. */
function entryOf(
  lines: readonly string[],
  span: FrontmatterSpan,
  key: string,
): { start: number; end: number } | undefined {
  const own = new RegExp(`^(?:${key}|"${key}"|'${key}')[ \\t]*:(?:\\s|$)`);
  for (let start = span.open + 1; start < span.close; start += 1) {
    if (!own.test(plain(lines[start]!))) continue;
    let end = start + 1;
    for (let at = end; at < span.close; at += 1) {
      const line = plain(lines[at]!);
      if (line.trim() === "" || line.startsWith("#")) continue;
      if (!/^[ \t]|^- |^-$/.test(line)) break;
      end = at + 1;
    }
    return { start, end };
  }
  return undefined;
}
