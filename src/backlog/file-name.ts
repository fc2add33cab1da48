/** Longest file name of a title, in bytes; with id and a temporary suffix it stays under the 255 of file systems. */
const longest = 200;

/**
 * A title as Backlog.md spells it in a file name: `exp001: Short title` becomes `exp001-Short-title`. A title that
 * would be too long for the file system is cut at a whole character, where Backlog.md fails.
 */
export function titleSlug(title: string): string {
  const slug = title
    .replaceAll(/[<>:"/\\|?*\s\p{Cc}]/gu, "-")
    .replaceAll(/[!#$%&'()+,;=@[\]^{}]/g, "")
    .replaceAll(/-+/g, "-");
  return trimHyphens(cutToBytes(trimHyphens(slug), longest)) || "untitled";
}

function trimHyphens(text: string): string {
  return text.replaceAll(/^-|-$/g, "");
}

function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let cut = "";
  let size = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    size += Buffer.byteLength(segment);
    if (size > bytes) break;
    cut += segment;
  }
  return cut;
}
