import type { Style } from "./style.ts";

/** Files that could not be read, one a line, below the rest; nothing where there are none. */
export function renderProblems(
  problems: readonly { message: string; file: string; line?: number | null | undefined }[],
  style: Style,
): string[] {
  if (problems.length === 0) return [];
  const lines = problems.map(({ message, file, line }) => {
    const location = line == null ? file : `${file}:${line}`;
    return `  ${style.red(location)}  ${message}`;
  });
  const what =
    problems.length === 1 ? "1 file needs fixing:" : `${problems.length} files need fixing:`;
  return ["", style.yellow(what), ...lines];
}
