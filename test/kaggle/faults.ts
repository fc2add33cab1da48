import { jsonReply, Refusal, refusalReply, type ErrorShape, type Reply } from "./reply.ts";

/** What goes wrong with one of the next calls. */
export type Fault = FaultTarget & FaultKind;

interface FaultTarget {
  /** A method ("CreateSubmission"), or "Download", "Upload" (signed URLs), "LogStream". */
  on: string;
  /** How many calls it hits; 1. */
  times?: number;
  /** How many calls pass before it; 0. */
  after?: number;
}

type FaultKind =
  /** The call is done and its answer never arrives. */
  | { kind: "lost-response" }
  /** The call is done and the answer is a page (HTML) with status 200, as a proxy on the way sends. */
  | { kind: "page" }
  /** The connection breaks before anything is done. */
  | { kind: "broken-connection" }
  /** Nothing is done; the answer has this status. `retryAfter` in seconds. */
  | { kind: "status"; status: number; message?: string; shape?: ErrorShape; retryAfter?: number }
  /** Nothing is done; the answer is 200 and carries an error. */
  | { kind: "error-in-200"; message: string }
  /** The body ends after this fraction of it and the connection breaks; an upload is cut while it is sent. */
  | { kind: "cut-body"; at?: number }
  /** A download breaks at the end of each tenth of the file, however it is resumed. */
  | { kind: "cut-every-tenth" }
  /** The call waits this long first. */
  | { kind: "slow"; ms: number }
  /** The method's last answer is given again; 404 where there is none. */
  | { kind: "stale" }
  /** The signed URL has expired. */
  | { kind: "expired" };

/** Faults waiting for their call, in the order they were added. */
export class Faults {
  readonly #waiting: { fault: Fault; after: number; times: number }[] = [];

  add(fault: Fault): void {
    const times = fault.times ?? (fault.kind === "cut-every-tenth" ? 9 : 1);
    this.#waiting.push({ fault, after: fault.after ?? 0, times });
  }

  /** The fault that hits this call. */
  take(on: string): Fault | undefined {
    const entry = this.#waiting.find(({ fault, times }) => fault.on === on && times > 0);
    if (entry === undefined) return undefined;
    if (entry.after > 0) {
      entry.after -= 1;
      return undefined;
    }
    entry.times -= 1;
    return entry.fault;
  }
}

/** The answer of a fault that answers instead of the method. */
export function faultReply(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === "error-in-200") return jsonReply({ error: fault.message });
  if (fault?.kind !== "status") return undefined;
  const { status, message = `Injected status ${status}`, shape = "nested", retryAfter } = fault;
  const headers = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
  return refusalReply(new Refusal(status, message, shape, headers));
}
