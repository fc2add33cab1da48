/** Bytes that a resumable upload's `Range: bytes=0-99` says have arrived (100); 0 where nothing has. */
export function receivedBytes(range: string | null): number {
  const last = /-(\d+)$/.exec(range ?? "")?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}
