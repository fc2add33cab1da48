import { expect, test } from "vitest";
import { withNewKeys } from "./old-keys.ts";

test("an old key is read under its new name, beside keys that nothing is known of", () => {
  expect(withNewKeys("spec", { id: "r", place: { bucket: "b" }, more: 1 })).toEqual({
    id: "r",
    target: { bucket: "b" },
    more: 1,
  });
  const line = { kind: "cv", proof: { verdict: "verified", says: "computed again" } };
  expect(withNewKeys("ledger", line)).toEqual({
    kind: "cv",
    proof: { verdict: "verified", summary: "computed again" },
  });
});

test("of both the new key counts: an old program may have added its own", () => {
  const both = { state: "running", elsewhere: false, remote: true };
  expect(withNewKeys("state", both)).toEqual({ state: "running", remote: true });
});

test("what is no such record stays as it is", () => {
  for (const value of [null, 3, "x", [], {}, { proof: null }])
    expect(withNewKeys("ledger", value)).toEqual(value);
});
