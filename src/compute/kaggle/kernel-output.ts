/**
 * What a file of the kernel's output is called in the experiment's artifacts/; undefined for what stays on Kaggle: of a
 * debug run everything but artifacts/debug/, of others debug/ and checkpoint-*, and names that would leave the folder.
 */
export function artifactName(file: string, debug: boolean): string | undefined {
  if (file === "submission.csv") return debug ? undefined : file;
  const [top, ...parts] = file.split("/");
  if (top !== "artifacts" || parts.length === 0) return undefined;
  if (parts.some((part) => ["", ".", ".."].includes(part) || part.startsWith("checkpoint-"))) {
    return undefined;
  }
  return (parts[0] === "debug") === debug ? parts.join("/") : undefined;
}
