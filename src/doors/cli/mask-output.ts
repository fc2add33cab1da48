import { writeSync } from "node:fs";
import { readRunSecrets } from "../../core/secrets/run-secrets.ts";
import { makeStreamMasker } from "../../core/secrets/stream-masker.ts";

/** The hidden command that a run's output goes through: stdin to stdout, with the secrets in its environment masked. */
export async function maskOutput(): Promise<number> {
  // Signals to the group are the script's; what it still prints is to be kept.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  const masker = makeStreamMasker(readRunSecrets(process.env).values);
  for await (const piece of process.stdin) write(masker.feed(piece as Uint8Array));
  write(masker.end());
  return 0;
}

/** What a full disk cannot take is lost; the script goes on. */
function write(bytes: Uint8Array): void {
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(1, bytes, done);
  } catch (error) {
    if (!["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
