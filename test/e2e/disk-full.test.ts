import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, it } from "vitest";
import { makeTempFolder } from "../support/cli.ts";
import { cliPath, toolEnv } from "../support/tools.ts";

/** Runs a shell script where `$1` is a file system of 2 MiB of its own, gone afterwards. */
async function onTinyDisk(folder: string, script: string) {
  const inside = `mount -t tmpfs -o size=2m tmpfs "$1" && cd "$1" && ${script}`;
  const args = ["--map-root-user", "--mount", "sh", "-c", inside, "sh", folder];
  return x("unshare", args, { nodeOptions: { env: toolEnv({ CLI: cliPath }) } });
}

it.runIf(process.platform === "linux")(
  "a full disk is said in one line, and every file is what it was",
  async () => {
    const folder = await makeTempFolder();
    const disk = path.join(folder, "disk");
    const kept = path.join(folder, "kept");
    await mkdir(disk);
    await mkdir(kept);
    await writeFile(path.join(folder, "text.md"), "x".repeat(64 * 1024));
    const result = await onTinyDisk(
      disk,
      `node "$CLI" init . --competition c --metric rmse --no-sync --no-git >/dev/null &&
     node "$CLI" new >/dev/null && node "$CLI" lb exp001 0.5 >/dev/null &&
     cp -r . ../kept/before &&
     { dd if=/dev/zero of=filler bs=4k 2>/dev/null; true; } &&
     for command in "new" "docs add Rules --file ../text.md" "plan add idea" "done exp001 --summary s"; do
       node "$CLI" $command; echo "exit $?"
     done; rm filler; cp -r . ../kept/after`,
    );
    expect(result.stdout.match(/exit \d+/g)).toEqual(["exit 1", "exit 1", "exit 1", "exit 1"]);
    expect(result.stderr.match(/the disk is full/g)).toHaveLength(4);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    const files = async (name: string) => {
      const root = path.join(kept, name);
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const names = entries
        .filter((one) => one.isFile())
        .map((one) => path.join(one.parentPath, one.name));
      const texts = await Promise.all(
        names.map(async (file) => [path.relative(root, file), await readFile(file, "utf8")]),
      );
      return Object.fromEntries(texts.filter(([file]) => !file!.startsWith(".crossfold/locks")));
    };
    expect(await files("after")).toEqual(await files("before"));
  },
);
