import { quote } from "shlex";

/** What `submit` was asked, as far as it is typed again. */
export interface SubmitRequest {
  experiment: string;
  file?: string | undefined;
  message?: string | undefined;
  wait: boolean;
  timeout: number;
  until?: "deps" | "model" | "kernel" | "output" | "submit" | "score" | undefined;
  yes: boolean;
  again: boolean;
  dryRun: boolean;
  final: boolean;
}

/** The same command line with more words, such as `--yes`. */
export function submitCommand(request: SubmitRequest, ...more: readonly string[]): string {
  const words = [
    request.experiment,
    ...(request.file === undefined ? [] : ["--file", quote(request.file)]),
    ...(request.message === undefined ? [] : ["-m", quote(request.message)]),
    ...(request.wait ? ["--wait"] : []),
    ...(request.again ? ["--again"] : []),
    ...(request.yes ? ["--yes"] : []),
    ...more,
  ];
  return `crossfold submit ${[...new Set(words)].join(" ")}`;
}
