/** Collects bytes and keeps their end: at most `most` bytes, and what was left out is said. */
export function makeTailBuffer(most: number): {
  add(chunk: Uint8Array): void;
  /** As text; undefined where nothing came. */
  read(): string | undefined;
} {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let all = 0;
  const shrink = (): void => {
    const end = Buffer.concat(chunks).subarray(-most);
    chunks = [end];
    held = end.length;
  };
  return {
    add(chunk) {
      chunks.push(chunk);
      held += chunk.length;
      all += chunk.length;
      if (held > 2 * most) shrink();
    },
    read() {
      if (all === 0) return undefined;
      shrink();
      const end = chunks[0]!;
      const left = all - end.length;
      if (left === 0) return Buffer.from(end).toString();
      // The first line, and with it perhaps half a character, is cut.
      const line = end.indexOf(0x0a);
      const whole = Buffer.from(end.subarray(line + 1)).toString();
      return `[${left + line + 1} bytes before this are left out]\n${whole}`;
    },
  };
}
