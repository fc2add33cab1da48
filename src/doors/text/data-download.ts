import type { z } from "zod";
import { counted } from "../../core/text/counted.ts";
import type { dataDownload } from "../../operations/commands/understand/data-download.ts";
import { size } from "./size.ts";
import type { Style } from "./style.ts";

type Output = z.output<typeof dataDownload.output>;

const mostShown = 20;

export function renderDataDownload(
  { folder, files, downloaded, settings }: Output,
  style: Style,
): string {
  const told = files.filter(({ status }) => status !== "same");
  const same = files.length - told.length;
  return [
    downloaded === 0
      ? `${folder}: nothing new`
      : `${folder}: ${style.bold(counted(downloaded, "file"))} downloaded`,
    ...told.slice(0, mostShown).map((file) => `  ${fileLine(file, style)}`),
    ...(told.length > mostShown ? [`  and ${told.length - mostShown} more`] : []),
    ...(same === 0 ? [] : [style.dim(`  ${counted(same, "file")} as before`)]),
    ...settings.map((line) => `  project.yml ${line}`),
  ].join("\n");
}

function fileLine({ name, bytes, status }: Output["files"][number], style: Style): string {
  if (status === "kept")
    return `${style.yellow("kept")} ${name}: it is not what was downloaded (--overwrite replaces it)`;
  if (status === "gone")
    return `${style.yellow("gone")} ${name}: no longer on Kaggle; it stays here`;
  return `${name}  ${style.dim(size(bytes))}`;
}
