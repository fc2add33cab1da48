/** Aborts `signal` when nothing was heard for `idleMs`, and at the end, so that nothing goes on unread. */
export function watchIdle(idleMs: number): { signal: AbortSignal; heard(): void; end(): void } {
  const controller = new AbortController();
  const timeout = new DOMException("no answer in time", "TimeoutError");
  const timer = setTimeout(() => controller.abort(timeout), idleMs);
  return {
    signal: controller.signal,
    heard: () => void timer.refresh(),
    end() {
      clearTimeout(timer);
      controller.abort();
    },
  };
}
