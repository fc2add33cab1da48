/** Bytes that may wait to be taken. */
const mostWaiting = 8 * 1024 * 1024;

/**
 * A body's pieces, read as they come and from now on. A stream that breaks drops what was not taken from it yet; here what
 * has come is returned first, and then the failure is thrown.
 */
export function readAhead(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let waiting = 0;
  let end: { error?: unknown } | undefined;
  let wake: (() => void) | undefined;
  let room: (() => void) | undefined;
  const reader = body?.getReader();
  void pump();
  return handOut();

  async function pump(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done) break;
        pieces.push(value);
        waiting += value.length;
        wake?.();
        if (waiting > mostWaiting) await new Promise<void>((resolve) => (room = resolve));
      }
      end = {};
    } catch (error) {
      end = { error };
    }
    wake?.();
  }

  async function* handOut(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = pieces.shift();
        if (piece !== undefined) {
          waiting -= piece.length;
          if (waiting <= mostWaiting) room?.();
          yield piece;
        } else if (end === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
        } else if ("error" in end) {
          throw end.error;
        } else {
          return;
        }
      }
    } finally {
      room?.();
      await reader?.cancel().catch(() => {});
    }
  }
}
