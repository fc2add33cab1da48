/** First and last byte asked for; "unsatisfiable" where the file ends before the first. */
export type ByteRange = { start: number; end: number } | "unsatisfiable" | undefined;

export function parseByteRange(header: string | undefined, size: number): ByteRange {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  if (match[1] === "") return { start: Math.max(0, size - Number(match[2])), end: size - 1 };
  const start = Number(match[1]);
  const end = match[2] === "" ? size - 1 : Math.min(size - 1, Number(match[2]));
  return start >= size || end < start ? "unsatisfiable" : { start, end };
}
