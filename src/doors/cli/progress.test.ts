import { expect, test } from "vitest";
import { makeProgress } from "./progress.ts";
import { terminalOn } from "../shared/terminal.ts";
import { makeStyle } from "../text/style.ts";

function screen(isTTY: boolean) {
  const written: string[] = [];
  const terminal = terminalOn({ isTTY, write: (text) => written.push(text) });
  const style = makeStyle({ color: false, width: isTTY ? 80 : Infinity });
  return { progress: makeProgress(terminal, style), text: () => written.join("") };
}

const clear = "\r\u001B[K";
const bar = `${"━".repeat(12)}${"─".repeat(12)} 1/2 fold`;

test("on a terminal the bar is taken away around a child's bytes, which stay as they are", () => {
  const { progress, text } = screen(true);
  progress.portion(1, 2, "fold");
  progress.output(Buffer.from("loss 0.1\n"));
  progress.clear();
  expect(text()).toBe(`${bar}${clear}loss 0.1\n${bar}${clear}`);
});

test("the bar never breaks into a line that the child has not ended", () => {
  const { progress, text } = screen(true);
  progress.output(Buffer.from("loss"));
  progress.portion(1, 2, "fold");
  progress.output(Buffer.from(" 0.1\n"));
  expect(text()).toBe(`loss 0.1\n${bar}`);
});

test("a step starts on a line of its own", () => {
  const { progress, text } = screen(false);
  progress.output(Buffer.from("unended"));
  progress.step("next");
  expect(text()).toBe("unended\nnext\n");
});

test("a child's bytes, a step's text and a bar's label move no cursor, wherever the bytes are cut", () => {
  const { progress, text } = screen(true);
  const title = Buffer.from("\u001B]0;owned\u0007\u001B[2Jloss ★\n");
  for (const byte of title) progress.output(Uint8Array.of(byte));
  progress.step("run \u001B[31mexp\u202E001\u0007");
  progress.portion(1, 2, "fold\u001B[2J");
  expect(text()).toBe(`loss ★\nrun exp001\n${bar}`);
});

test("a child's colour ends before a line of ours", () => {
  const { progress, text } = screen(true);
  progress.output(Buffer.from("\u001B[31mx\n"));
  progress.step("not recorded");
  expect(text()).toBe("\u001B[31mx\n\u001B[0mnot recorded\n");
});

test("without a terminal there is no bar", () => {
  const { progress, text } = screen(false);
  progress.portion(1, 2, "fold");
  expect(text()).toBe("");
});
