import stringWidth from "fast-string-width";
import type { Style } from "./style.ts";

export type Align = "left" | "right";

export interface TableOptions {
  header: string[];
  /** By column; a column not named is aligned left. */
  align?: readonly Align[];
  style: Style;
}

const gap = "  ";
const narrowest = 6;

/**
 * Rows as lines of columns that line up in any script, without a newline at the end. Cells may carry colours. On a
 * terminal the widest left-aligned columns are shortened until a line fits.
 */
export function table(
  rows: readonly string[][],
  { header, align = [], style }: TableOptions,
): string {
  const cells = rows.map((row) => header.map((_, index) => oneLine(row[index] ?? "")));
  const titles = header.map((title) => style.bold(title));
  const natural = header.map((title, index) =>
    cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index]!)), stringWidth(title)),
  );
  const widths = fit(natural, align, style.width);
  return [titles, ...cells].map((row) => line(row, widths, align)).join("\n");
}

function line(row: string[], widths: number[], align: readonly Align[]): string {
  return row
    .map((cell, index) =>
      pad(shorten(cell, widths[index]!), widths[index]!, align[index] ?? "left"),
    )
    .join(gap)
    .trimEnd();
}

/** Takes columns away from the widest text column, one at a time, until the line fits. */
function fit(natural: readonly number[], align: readonly Align[], available: number): number[] {
  const widths = [...natural];
  let over =
    widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1)) - available;
  for (; over > 0; over -= 1) {
    const widest = widestText(widths, align);
    if (widest === undefined) break;
    widths[widest]! -= 1;
  }
  return widths;
}

function widestText(widths: readonly number[], align: readonly Align[]): number | undefined {
  let widest: number | undefined;
  for (const [index, width] of widths.entries()) {
    if (align[index] === "right" || width <= narrowest) continue;
    if (widest === undefined || width > widths[widest]!) widest = index;
  }
  return widest;
}

/** Spaces up to `width` columns of the terminal; colour codes do not count. */
export function pad(text: string, width: number, align: Align = "left"): string {
  const space = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "left" ? text + space : space + text;
}

// A colour code, or one character as a reader sees it.
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
// oxlint-disable-next-line no-control-regex
const colorCode = /(\u001B\[[\d;]*m)/;

/** Cuts text to `width` columns with an ellipsis; colour codes are kept, so that what was opened is closed. */
export function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let used = 0;
  let cut = false;
  let short = "";
  for (const part of text.split(colorCode)) {
    if (colorCode.test(part)) {
      short += part;
      continue;
    }
    for (const { segment } of cut ? [] : graphemes.segment(part)) {
      used += stringWidth(segment);
      cut = used > width - 1;
      if (cut) {
        short += "…";
        break;
      }
      short += segment;
    }
  }
  return short;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n\t]+\s*/g, " ");
}
