/** The same text; a part of a string would keep all of it in memory. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
