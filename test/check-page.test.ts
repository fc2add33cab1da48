import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../src/package-root.ts";
import { checkPage } from "./support/check-page.ts";

test("docs/check.md says what the rules say; `npx vitest run test/check-page.test.ts -u` writes it anew", async () => {
  await expect(checkPage()).toMatchFileSnapshot(path.join(packageRoot(), "docs", "check.md"));
});
