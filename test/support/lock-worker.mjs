// Takes a lock again and again, and writes to `violations` where another process was inside at the same time.
// Arguments: the bundled lock-file.ts, the folder, how many times.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const [module, folder, rounds] = process.argv.slice(2);
const { takeLock } = await import(module);
const inside = path.join(folder, "inside");
const pause = (most) => new Promise((resolve) => setTimeout(resolve, Math.random() * most));

for (let round = 0; round < Number(rounds); round += 1) {
  const release = await takeLock(path.join(folder, "locks", "busy"), 60_000);
  writeFileSync(inside, `${process.pid}`);
  await pause(8);
  if (read(inside) !== `${process.pid}`)
    appendFileSync(path.join(folder, "violations"), `${process.pid} was overtaken\n`);
  rmSync(inside, { force: true });
  appendFileSync(path.join(folder, "rounds"), ".");
  await release();
  await pause(4);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
