import { downloadTo as download } from "../http/download.ts";
import { KaggleError } from "./kaggle-error.ts";
import type { Kaggle } from "./open-kaggle.ts";
import type { Source } from "./sources.ts";

export interface DownloadOptions {
  /** For messages. */
  call: string;
  /** A file longer than this is refused, bytes. */
  limit: number;
  progress?: (bytes: number, total: number | null) => void;
}

/** Downloads a file to `part`; its bytes. Throws a KaggleError where it cannot be had; `part` stays for the next time. */
export function downloadTo(
  { backoff, notice }: Pick<Kaggle, "backoff" | "notice">,
  open: Source,
  part: string,
  { call, limit, progress }: DownloadOptions,
): Promise<number> {
  const failure = (reason: string, cause?: unknown): KaggleError =>
    new KaggleError({ call, status: null, reason, outcome: "unknown" }, { cause });
  return download({ call, open, failure }, part, { backoff, notice, limit, progress });
}
