/** Questions to the user at the terminal. Absent from the context where no one can answer. */
export interface Ask {
  text(question: string, options?: { initial?: string; placeholder?: string }): Promise<string>;
  choose<T extends string>(
    question: string,
    choices: readonly { value: T; label: string; hint?: string }[],
    /** Chosen by Enter; by default the first. */
    initial?: T,
  ): Promise<T>;
  confirm(question: string, initial?: boolean): Promise<boolean>;
}

/** News of work under way. Goes to stderr, never into the result. */
export interface Progress {
  /** A line saying what is being done now. */
  step(text: string): void;
  /** Share done, shown in place where the terminal allows. */
  portion(done: number, total: number, label: string): void;
  /** Bytes of a child process, passed on as they come. */
  output(chunk: Uint8Array): void;
}

/** Everything an operation takes from the outside; tests pass their own. */
export interface Context {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** `length` random characters of a-z and 0-9. */
  randomId(length: number): string;
  progress: Progress;
  ask: Ask | undefined;
  /** Part of the result that is too long to hold (log text): written out at once. */
  write(chunk: Uint8Array): void;
  /** Calls `handler` at each Ctrl-C until the returned function is called; without one, Ctrl-C ends the process. */
  onInterrupt(handler: (times: number) => void): () => void;
  /** Aborted when no one waits for the result any more, which asks for nothing to be stopped; work that only waits may end. */
  unheard?: AbortSignal;
}
