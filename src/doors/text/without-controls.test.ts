import { expect, it } from "vitest";
import { withoutControls } from "./without-controls.ts";

it("takes out what a terminal would obey, and leaves colours, lines, tabs and every script", () => {
  const kept = "\u001B[32m★ 0.8\u001B[0m\tタイタニック\r\n|👩‍👩‍👧|\n";
  expect(withoutControls(kept)).toBe(kept);
  expect(withoutControls("a\u001B]0;title\u0007b\u001B[2Jc\rd\u009B2Je\0")).toBe(
    "a]0;titleb[2Jcd2Je",
  );
});
