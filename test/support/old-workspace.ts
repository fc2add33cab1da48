import { cp } from "node:fs/promises";
import path from "node:path";
import { makeTempFolder } from "./cli.ts";
import { repository } from "./tools.ts";

/** Runs of the workspace that version 0.1.0 made, by what became of them. */
export const oldRuns = {
  recorded: "20261124-112230-exp001-c2hv",
  debug: "20261124-112231-exp001-gb7f",
  second: "20261124-112237-exp002-17by",
  failed: "20261124-112241-exp003-2lxx",
  vertex: "20261124-112244-exp004-7vg0",
  kaggle: "20261124-112255-exp005-d24k",
};

/**
 * A copy of a workspace made by version 0.1.0 with its own commands, at the stand-ins for Google and Kaggle: two trained
 * and submitted experiments, a debug run, a failed one, a run on Vertex AI, one on Kaggle, and a submission to Kaggle.
 */
export async function copyOldWorkspace(): Promise<string> {
  const root = await makeTempFolder();
  await cp(path.join(repository, "test/fixtures/workspace-0.1.0"), root, { recursive: true });
  return root;
}
