import { Transform, type TransformCallback } from "node:stream";

/** The longest message that is taken, in bytes: documents and notes of a few megabytes are ordinary. */
export const longestMessage = 8 * 1024 * 1024;

/** How much of a longer message is held, to read its id from. */
const longestHeld = 8 * longestMessage;

/**
 * Lets through lines up to the limit. For a longer one, `refuse` is given the id of the request where it can be told,
 * otherwise null, once the line has ended; what follows it goes through.
 */
export function boundLines(refuse: (id: string | number | null) => void): Transform {
  let parts: Buffer[] = [];
  let length = 0;
  const endLine = (): Buffer | undefined => {
    const line = length > longestHeld ? undefined : Buffer.concat(parts);
    const long = length > longestMessage;
    parts = [];
    length = 0;
    if (long) refuse(line === undefined ? null : idOf(line));
    return long ? undefined : line;
  };
  const add = (part: Buffer): void => {
    length += part.length;
    if (length > longestHeld) parts = [];
    else parts.push(part);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
        add(chunk.subarray(from, end + 1));
        from = end + 1;
        const line = endLine();
        if (line !== undefined) this.push(line);
      }
      if (from < chunk.length) add(chunk.subarray(from));
      done();
    },
  });
}

function idOf(line: Buffer): string | number | null {
  try {
    const { id } = JSON.parse(line.toString()) as { id?: unknown };
    return typeof id === "string" || typeof id === "number" ? id : null;
  } catch {
    return null;
  }
}
