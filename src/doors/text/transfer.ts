import { counted } from "../../core/text/counted.ts";
import type { TransferOutput } from "../../operations/transfer/transfer-output.ts";
import { size } from "./size.ts";
import type { Style } from "./style.ts";

const shownFiles = 10;

export function renderTransfer(output: TransferOutput, style: Style): string {
  return [
    ...fileLines(output, style),
    summary(output, style),
    ...output.conflicts.map(({ path, why }) => `${style.yellow("!")} ${path} ${why}`),
    ...(output.conflicts.length > 0 ? [`${style.dim("left alone;")} --overwrite replaces`] : []),
  ].join("\n");
}

function fileLines({ files, moved, dryRun }: TransferOutput, style: Style): string[] {
  const sign = dryRun ? style.dim("would move") : style.green("+");
  const shown = files.slice(0, shownFiles);
  const more = moved - shown.length;
  return [
    ...shown.map(({ path, bytes }) => `${sign} ${path}  ${style.dim(size(bytes))}`),
    ...(more > 0 ? [style.dim(`and ${more} more`)] : []),
  ];
}

function summary(output: TransferOutput, style: Style): string {
  const { direction, bucket, dryRun, moved, bytes, kept, leftOut } = output;
  const verb = direction === "push" ? "pushed to" : "pulled from";
  const what = moved === 0 ? "nothing" : `${counted(moved, "file")} (${size(bytes)})`;
  return [
    `${style.bold(what)} ${dryRun ? "would be " : ""}${verb} gs://${bucket}`,
    ...(kept > 0 ? [`${kept} the same`] : []),
    ...(leftOut > 0 ? [`${leftOut} left out (debug/, checkpoint-*)`] : []),
  ].join("; ");
}
