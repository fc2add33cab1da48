import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { boundLines, longestMessage } from "./bounded-lines.ts";

/** What goes through, and what is refused, of bytes that come in pieces. */
async function through(...pieces: string[]) {
  const refused: (string | number | null)[] = [];
  const lines = Readable.from(pieces.map((piece) => Buffer.from(piece))).pipe(
    boundLines((id) => refused.push(id)),
  );
  const passed = Buffer.concat(await lines.toArray()).toString();
  return { passed, refused };
}

const long = "x".repeat(longestMessage);

test("lines go through whole, however they were cut", async () => {
  expect(await through('{"id"', ":1}\n{", '"id":2}\n', "\n", "日".slice(0))).toEqual({
    passed: '{"id":1}\n{"id":2}\n\n',
    refused: [],
  });
});

test("a message over the limit is refused by its own id, and the next goes through", async () => {
  const nested = `{"params":{"id":"TASK-1","text":"${long}"},"id":7}\n`;
  const next = '{"id":8}\n';
  expect(await through(nested.slice(0, 1000), nested.slice(1000), next)).toEqual({
    passed: next,
    refused: [7],
  });
  expect(await through(`{"id":"a","text":"${long}"}\n{"id`, '":8}\n')).toEqual({
    passed: next,
    refused: ["a"],
  });
});

test("what has no id that can be read is refused too", async () => {
  expect(await through(`${long}more\n{"id":8}\n`)).toEqual({
    passed: '{"id":8}\n',
    refused: [null],
  });
  const endless = Array.from({ length: 10 }, () => long);
  expect(await through(...endless, "\n", '{"id":8}\n')).toEqual({
    passed: '{"id":8}\n',
    refused: [null],
  });
});
