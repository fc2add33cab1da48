/**
 * Text as lines that join back to the same bytes. A line keeps its `\r`, so that one in a file of mixed line ends
 * survives; `plain` is the line without it.
 */
export function splitLines(text: string): string[] {
  return text.split("\n");
}

export function joinLines(lines: readonly string[]): string {
  return lines.join("\n");
}

export function plain(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** New lines with the line end of the file they go into, which is that of its first line. */
export function inStyleOf(lines: readonly string[], added: readonly string[]): string[] {
  const end = lines[0]?.endsWith("\r") ? "\r" : "";
  return added.map((line) => line + end);
}

/** A value for a single line. */
export function tidyLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ").trim();
}
