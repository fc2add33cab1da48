import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../package-root.ts";
import { terminalOn } from "./terminal.ts";

/** Ways to a terminal: the process's streams by any name, their descriptors, the device, a child that inherits them. */
const ways = [
  /\bprocess\b\s*(?:\?\.|\.|\[\s*["'`])\s*std(?:out|err)\b/,
  /\bstd(?:out|err)\b[^;]*\}\s*=\s*process\b/,
  /from "(?:node:)?(?:process|console)"/,
  /\bconsole\s*(?:\.|\[|\?\.)\s*["'`]?\w+["'`]?\]?\s*\(/,
  /\b(?:writeSync|write|writevSync|createWriteStream|WriteStream)\(\s*[12]\s*[,)]/,
  /\bfd:\s*[12]\b/,
  /\/dev\/(?:tty|std(?:out|err)|fd\b|pts\b)/,
  /["'`]inherit["'`]/,
  /\bprocess\._rawDebug\b/,
];

test("everything that is shown goes through terminal.ts: nothing else of the program writes to a terminal", () => {
  const src = path.join(packageRoot(), "src");
  const found = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .filter((file) => {
      const text = readFileSync(path.join(src, file), "utf8");
      return ways.some((way) => way.test(text));
    });
  // main.ts has one line of its own, for when every other file is gone; a run's output goes into its log's file.
  const log = path.join("doors", "cli", "mask-output.ts");
  const terminal = path.join("doors", "shared", "terminal.ts");
  expect(found.toSorted()).toEqual([log, terminal, "main.ts"]);
  const main = readFileSync(path.join(src, "main.ts"), "utf8");
  expect(main.match(/\bstd(?:out|err)\.write\b/g)).toHaveLength(1);
});

test.each([
  "process.stdout.write(x)",
  'process["stderr"].write(x)',
  "const { stdout, stdin } = process;",
  'import { stdout } from "node:process";',
  "console.log(x)",
  "console.error (x)",
  "fs.writeSync(1, x)",
  'createWriteStream("", { fd: 2 })',
  'writeFile("/dev/tty", x)',
  'spawn("ls", { stdio: "inherit" })',
])("the rule sees %s", (text) => {
  expect(ways.some((way) => way.test(text))).toBe(true);
});

test("text, JSON and another program's bytes are all made harmless", () => {
  const written: string[] = [];
  const terminal = terminalOn({ write: (text) => written.push(text), isTTY: true });
  terminal.write("a\u001B[2J\u001B[32mb\u001B[39m\n");
  terminal.writeJson({ a: "\u009B2J" });
  const child = terminal.passOn();
  child.write(Buffer.from("\u001B]0;x"));
  child.write(Buffer.from("\u0007c"));
  child.end();
  expect(written.join("")).toBe('a\u001B[32mb\u001B[39m\n{\n  "a": "\\u009b2J"\n}\nc');
});
