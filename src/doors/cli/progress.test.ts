import { expect, test } from "vitest";
import { makeProgress } from "./progress.ts";
import { makeStyle } from "../text/style.ts";

function screen(isTTY: boolean) {
  const written: string[] = [];
  const stream = {
    isTTY,
    write: (chunk: string | Uint8Array) => written.push(Buffer.from(chunk).toString()),
  };
  const style = makeStyle({ color: false, width: isTTY ? 80 : Infinity });
  return { progress: makeProgress(stream, style), text: () => written.join("") };
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

test("without a terminal there is no bar", () => {
  const { progress, text } = screen(false);
  progress.portion(1, 2, "fold");
  expect(text()).toBe("");
});
