export interface Gate {
  opened: Promise<void>;
  open(): void;
}

/** Something to wait for until the test opens it. */
export function makeGate(): Gate {
  const gate: Partial<Gate> = {};
  gate.opened = new Promise((resolve) => (gate.open = resolve));
  return gate as Gate;
}
