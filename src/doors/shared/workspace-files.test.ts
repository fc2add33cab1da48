import { symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { submit } from "../../operations/commands/submit/submit.ts";
import { makeWorkspace } from "../../../test/support/workspace.ts";
import { requireWorkspaceFiles } from "./workspace-files.ts";

const { root } = await makeWorkspace();
await writeFile(path.join(root, "kaggle.json"), "{}");
await symlink("kaggle.json", path.join(root, "submission.csv"));
const takes = (file: string) => requireWorkspaceFiles(root, submit, { file });

test.each([
  ".ENV",
  "sub/../.env",
  ".env.local",
  ".envrc",
  "prod.env",
  "kaggle.json",
  "submission.csv",
  "keys/me.pem",
  "service-account.json",
  "hf_token",
  "../other.csv",
  "/etc/hostname",
])("a tool takes no file %s", async (file) => {
  await expect(takes(file)).rejects.toThrow(/is kept from agents|outside the workspace/);
});

test.each([".env.example", "blend.csv", "models/exp001/artifacts/submission.csv", "tokens.csv"])(
  "a tool takes a file %s",
  (file) => takes(file),
);
