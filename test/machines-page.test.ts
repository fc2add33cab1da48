import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../src/package-root.ts";
import { machinesPage } from "./support/machines-page.ts";

test("docs/machines.md says what the tables say; `npx vitest run test/machines-page.test.ts -u` writes it anew", async () => {
  const page = path.join(packageRoot(), "docs", "machines.md");
  await expect(machinesPage()).toMatchFileSnapshot(page);
});
