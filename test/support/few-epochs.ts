import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** Has an experiment made from the template train a tenth of its epochs, where the score does not matter. */
export async function trainFewEpochs(experiment: string): Promise<void> {
  const scripts = (await readdir(experiment, { recursive: true })).filter((name) =>
    name.endsWith(".py"),
  );
  for (const name of scripts) {
    const file = path.join(experiment, name);
    const text = await readFile(file, "utf8");
    const changed = text.replace(/\bepochs: int = 200\b/, "epochs: int = 20");
    if (changed === text) continue;
    await writeFile(file, changed);
    return;
  }
  throw new Error(`no script in ${experiment} says "epochs: int = 200"`);
}
