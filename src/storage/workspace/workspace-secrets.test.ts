import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { makeWorkspace } from "../../../test/support/workspace.ts";
import { workspaceSecrets } from "./workspace-secrets.ts";

test.each([
  ["HASHED=pw#Longvalue9zz8", "pw#Longvalue9zz8"],
  ["  export API_TOKEN = 'Longvalue#9zz8' ", "Longvalue#9zz8"],
  [String.raw`QUOTED="Qd'8\"x7Kp2mmz9"`, String.raw`Qd'8\"x7Kp2mmz9`],
  ["\uFEFFFIRST=Longvalue9zz8", "Longvalue9zz8"],
  ["A=1\r\nB=Longvalue9zz8\r\n", "Longvalue9zz8"],
])("of %j the value counts as other readers of .env take it", async (text, value) => {
  const { root } = await makeWorkspace();
  await writeFile(path.join(root, ".env"), text);
  expect(await workspaceSecrets(root, {})).toContain(value);
});
