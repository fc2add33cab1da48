import type { OperationCall } from "../../core/errors/next-action.ts";

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

/** The same submission once more, with what is changed in the request. */
export function submitAgain(
  { experiment, file, message, wait, again, yes }: SubmitRequest,
  why: string,
): OperationCall {
  return {
    operation: "submit",
    input: {
      experiment,
      ...(file === undefined ? {} : { file }),
      ...(message === undefined ? {} : { message }),
      ...(wait ? { wait } : {}),
      ...(again ? { again } : {}),
      ...(yes ? { yes } : {}),
    },
    why,
  };
}
