import { readdir } from "node:fs/promises";
import path from "node:path";

/** Files of a folder (relative, with `/`) outside what a workspace has of its own; links are not followed. */
export async function listLoose(root: string): Promise<string[]> {
  const skipped = new Set(["data", "models", "templates", "backlog", "docker", "deps"]);
  const found: string[] = [];
  const walk = async (below: string): Promise<void> => {
    const folder = path.join(root, below);
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (!entry.isDirectory()) found.push(name);
      else if (!entry.name.startsWith(".") && !(below === "" && skipped.has(name)))
        await walk(name);
    }
  };
  await walk("");
  return found;
}
