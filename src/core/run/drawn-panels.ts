/** The top edge of a panel as rich and tyro draw it, its title in it; a table's edge has none. */
const titledTop = /^\s*[╭┌┏╔+][─━═-]+ (.*\S) [─━═-]+[╮┐┓╗+]$/;
const bottom = /^\s*[╰└┗╚+][─━═-]+[╯┘┛╝+]$/;
const side = /^\s*[│┃║|] ?(.*?) ?[│┃║|]$/;

export interface PlainLog {
  lines: string[];
  /** What the panels say that hold a message and no traceback. */
  messages: string[];
}

/**
 * A log's lines with its panels as plain text: a traceback's panel as Python prints a traceback, a message's panel as
 * its first paragraph in one line, between blank lines.
 */
export function withoutPanels(lines: readonly string[]): PlainLog {
  const plain: PlainLog = { lines: [], messages: [] };
  for (let at = 0; at < lines.length; at += 1) {
    const title = titledTop.exec(lines[at]!)?.[1];
    const end = title === undefined ? -1 : endOfPanel(lines, at);
    if (title === undefined || end === -1) {
      plain.lines.push(lines[at]!);
      continue;
    }
    const inner = lines.slice(at + 1, end).map((line) => side.exec(line)![1]!.trim());
    at = end;
    if (title.startsWith("Traceback")) {
      plain.lines.push("Traceback (most recent call last):", ...inner.map((line) => `  ${line}`));
      continue;
    }
    const message = firstParagraph(inner);
    plain.lines.push("", message, "");
    plain.messages.push(message);
  }
  return plain;
}

/** Index of the bottom edge; -1 where the panel is cut off. */
function endOfPanel(lines: readonly string[], top: number): number {
  const end = lines.findIndex((line, index) => index > top && !side.test(line));
  return end !== -1 && bottom.test(lines[end]!) ? end : -1;
}

/** Not blank and no rule across the panel. */
function isText(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line);
}

function firstParagraph(lines: readonly string[]): string {
  const text = lines.slice(Math.max(0, lines.findIndex(isText)));
  const end = text.findIndex((line) => !isText(line));
  return (end === -1 ? text : text.slice(0, end)).join(" ");
}
