import type { Failure } from "./failure.ts";

/** No answer came, or one that broke off. */
export class NoAnswer extends Error implements Failure {
  readonly outcome: "not-sent" | "unknown";
  readonly passing = true;
  readonly retryAfterMs = undefined;

  /** `error`: what fetch threw. */
  constructor(error: unknown) {
    super(reasonOf(error as Error), { cause: error });
    this.name = "NoAnswer";
    this.outcome = isConnectFailure(error as Error) ? "not-sent" : "unknown";
  }
}

function reasonOf({ name, message, cause }: Error): string {
  if (name === "TimeoutError") return "no answer in time";
  const { message: inner, code } = (cause ?? {}) as NodeJS.ErrnoException;
  return inner || code || message;
}

/** Whether every address was tried in vain, so that no byte of the request was sent. */
function isConnectFailure({ cause }: Error): boolean {
  const { errors } = (cause ?? {}) as { errors?: unknown[] };
  const tried = (errors ?? [cause]) as (NodeJS.ErrnoException | undefined)[];
  return tried.length > 0 && tried.every(isBeforeSending);
}

/** Looking up the name, connecting, or the server's certificate: undici sends nothing before. */
function isBeforeSending(error: NodeJS.ErrnoException | undefined): boolean {
  const { syscall, code = "" } = error ?? {};
  if (syscall === "getaddrinfo" || syscall === "connect") return true;
  return (
    code === "UND_ERR_CONNECT_TIMEOUT" || /^(CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)_/.test(code)
  );
}
