import { isDownloaded } from "../../core/transfer/transfer.ts";

/** What a file of the kernel's output is called in the experiment's artifacts/; undefined for what stays on Kaggle. */
export function artifactName(file: string, debug: boolean): string | undefined {
  if (file === "submission.csv") return debug ? undefined : file;
  const name = file.replace(/^artifacts\//, "");
  return name !== file && isDownloaded(name, debug) ? name : undefined;
}
