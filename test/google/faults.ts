import type { Operation } from "./operations.ts";

interface Repeats {
  /** How often it happens; once by default. */
  times?: number;
  /** How many calls (or jobs, or lines) pass before it starts to happen. */
  after?: number;
}

/** What happens to the next call of an operation. */
export type HttpFault = Repeats & { on: Operation } & (
    | {
        kind: "status";
        code: number;
        status?: string;
        message?: string;
        reason?: string;
        /** Seconds for a Retry-After header. */
        retryAfter?: number;
      }
    /** The connection is cut before anything is done; `lost-response` does the work and then cuts. */
    | { kind: "lost-request" | "lost-response" }
    /** Half of the body passes, then the connection is cut: the request's for uploads, the answer's otherwise. */
    | { kind: "cut-body" }
    | { kind: "slow"; ms: number }
    /** Nothing is done before the test lets it. */
    | { kind: "held"; until: Promise<unknown> }
  );

/** What happens in the life of the next job. */
type JobFault = Repeats & { on: "job" } & (
    | { kind: "missing-act-as" | "stockout" | "quota" | "image-pull" | "internal" }
    | { kind: "preemption" | "out-of-memory"; afterMs: number }
    /** Stays queued for a time, or until it has been looked at so many times. */
    | { kind: "slow-queue"; ms?: number; polls?: number }
  );

/** Log entries that can be read only so much later than they were written. */
type LogFault = Repeats & { on: "logs"; kind: "late"; ms: number };

export type Fault = HttpFault | JobFault | LogFault;

interface Waiting {
  fault: Fault;
  left: number;
  skip: number;
}

export interface Faults {
  add(fault: Fault): void;
  takeHttp(operation: Operation): HttpFault | undefined;
  takeJob<K extends JobFault["kind"]>(...kinds: K[]): (JobFault & { kind: K }) | undefined;
  takeLog(): LogFault | undefined;
  /** What was asked for and has not happened yet. */
  pending(): Fault[];
}

/** Faults in the order in which they were asked for; each is used up by what it happens to. */
export function createFaults(): Faults {
  const queue: Waiting[] = [];
  const take = (fits: (fault: Fault) => boolean): Fault | undefined => {
    const index = queue.findIndex(({ fault }) => fits(fault));
    const found = queue[index];
    if (found === undefined) return undefined;
    if (found.skip > 0) {
      found.skip -= 1;
      return undefined;
    }
    found.left -= 1;
    if (found.left === 0) queue.splice(index, 1);
    return found.fault;
  };
  return {
    add: (fault) => void queue.push({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 }),
    takeHttp: (operation) => take(({ on }) => on === operation) as HttpFault | undefined,
    takeJob: (...kinds) =>
      take(({ on, kind }) => on === "job" && (kinds as string[]).includes(kind)) as never,
    takeLog: () => take(({ on }) => on === "logs") as LogFault | undefined,
    pending: () => queue.map(({ fault }) => fault),
  };
}
