import type { SourceFile } from "./analysis/source-file.ts";

/** `# crossfold: ignore[fit-before-split, XF108] reason` */
export interface Ignore {
  file: string;
  /** The line of the comment. */
  line: number;
  /** The line it silences: its own, or, where it stands alone, the next that holds code. */
  silences: number;
  /** The codes or names in the brackets, as they are written. */
  rules: string[];
  reason: string;
}

const form = /^crossfold:\s*ignore\[([^\]]*)\]\s*(.*)$/;

export function ignoresIn(file: SourceFile): Ignore[] {
  const found: Ignore[] = [];
  for (const { text, line, alone } of file.comments) {
    const match = form.exec(text);
    if (match === null) continue;
    const rules = match[1]!.split(",").map((word) => word.trim());
    const silences = alone ? nextCode(file, line) : line;
    found.push({ file: file.name, line, silences, rules, reason: match[2]!.trim() });
  }
  return found;
}

function nextCode({ lines }: SourceFile, line: number): number {
  const at = lines.findIndex((text, index) => index >= line && !/^\s*(#|$)/.test(text));
  return at === -1 ? line : at + 1;
}
