import type TurndownService from "turndown";

const htmlTag = /<(p|div|h[1-6]|table|ul|ol|li|br|strong|em|a|pre|img|span)\b[^>]*>/i;
const markdownLine = /^(#{1,6} |[-*] |\d+\. |```|\|.*\|)/m;

/** What is never shown. */
const hidden = /<(script|style|iframe|noscript)\b[^]*?<\/\1\s*>|<!--[^]*?-->/gi;

/** Characters that move a terminal's cursor or turn the order of what is read around. */
const unseen = /(?![\n\t])[\p{Cc}\u200B\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** A page's text as Markdown, without scripts and characters that cannot be seen. */
export async function pageMarkdown(content: string, mimeType: string | null): Promise<string> {
  const plain = content.replaceAll("\r\n", "\n").replaceAll(hidden, "");
  const text = isHtml(plain, mimeType) ? (await converter()).turndown(plain) : plain;
  return text
    .replaceAll(unseen, "")
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

/**
 * Markdown may hold a tag here and there; HTML has no line that begins as Markdown's do. A type that is given may be wrong
 * where the text begins with a tag.
 */
function isHtml(text: string, mimeType: string | null): boolean {
  if (mimeType?.includes("html") === true) return true;
  const looksIt = htmlTag.test(text) && !markdownLine.test(text);
  return looksIt && (mimeType === null || text.trimStart().startsWith("<"));
}

async function converter(): Promise<TurndownService> {
  const { default: Turndown } = await import("turndown");
  const service = new Turndown({
    headingStyle: "atx",
    bulletListMarker: "-",
    codeBlockStyle: "fenced",
  });
  service.addRule("table", { filter: "table", replacement: (_, node) => tableText(node) });
  return service;
}

/** A table of HTML as one of Markdown; its first row is the head. */
function tableText(table: TurndownService.Node): string {
  const rows = Array.from((table as HTMLElementLike).querySelectorAll("tr")).map((row) =>
    Array.from(row.querySelectorAll("th,td")).map((cell) => cellText(cell.textContent ?? "")),
  );
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width === 0) return "";
  const line = (row: string[]) =>
    `| ${Array.from({ length: width }, (_, index) => row[index] ?? "").join(" | ")} |`;
  const [head = [], ...rest] = rows;
  const rule = `|${" --- |".repeat(width)}`;
  return `\n\n${[line(head), rule, ...rest.map(line)].join("\n")}\n\n`;
}

function cellText(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
}

/** What of the DOM is needed; the types of a browser are not loaded. */
interface HTMLElementLike {
  textContent: string | null;
  querySelectorAll(selector: string): ArrayLike<HTMLElementLike>;
}
