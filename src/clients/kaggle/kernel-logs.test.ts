import { expect, test } from "vitest";
import { sendJson, serve } from "../../../test/support/http-server.ts";
import { parseKernelLog, streamKernelLog } from "./kernel-logs.ts";
import { openKaggle } from "./open-kaggle.ts";

const events = [
  { stream_name: "stdout", time: 0.5, data: "fold 0\n" },
  { stream_name: "stderr", time: 1.5, data: "warning: ü\n" },
];

async function dataOf(url: string, version?: number): Promise<string[]> {
  const env = { HOME: "/nonexistent", KAGGLE_API_TOKEN: "KGAT_x", CROSSFOLD_KAGGLE_URL: url };
  const kaggle = await openKaggle(env);
  const found: string[] = [];
  for await (const { data } of streamKernelLog(kaggle, { owner: "me", slug: "run-1", version }))
    found.push(data ?? "");
  return found;
}

test("a live log ends at its sentinel, however its bytes are cut", async () => {
  const text = `: ping\n\n${events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("")}data: END_OF_LOG\n\ndata: {"data":"late"}\n\n`;
  const bytes = Buffer.from(text);
  const cut = bytes.indexOf("ü") + 1;
  const { url, received } = await serve((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(bytes.subarray(0, cut), () =>
      setTimeout(() => response.end(bytes.subarray(cut)), 5),
    );
  });
  expect(await dataOf(url, 3)).toEqual(["fold 0\n", "warning: ü\n"]);
  expect(received[0]).toMatchObject({
    method: "GET",
    path: "/v1/kernels/logs/stream/me/run-1?versionLabel=v3",
    headers: { authorization: "Bearer KGAT_x" },
  });
});

test("the log of a kernel that has ended comes at once", async () => {
  const { url } = await serve((_request, response) => sendJson(response, 200, events));
  expect(await dataOf(url)).toEqual(["fold 0\n", "warning: ü\n"]);
});

test("a live log whose connection breaks is a failure, not an end", async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(events[0])}\n\n`, () =>
      setTimeout(() => response.destroy(), 5),
    );
  });
  await expect(dataOf(url)).rejects.toMatchObject({ name: "KaggleError", status: null });
});

test("a kernel that is not there says so", async () => {
  const { url } = await serve((_request, response) =>
    sendJson(response, 404, { code: 404, message: "Kernel not found" }),
  );
  await expect(dataOf(url)).rejects.toMatchObject({ status: 404, reason: "Kernel not found" });
});

test.each([
  ["an array", JSON.stringify(events), ["fold 0\n", "warning: ü\n"]],
  [
    "an array, an event a line",
    `[${events.map((one) => JSON.stringify(one)).join("\n,")}\n]`,
    ["fold 0\n", "warning: ü\n"],
  ],
  ["an array cut short", `[${JSON.stringify(events[0])}\n,{"stream_`, ["fold 0\n", ',{"stream_\n']],
  [
    "an object a line",
    events.map((one) => JSON.stringify(one)).join("\n"),
    ["fold 0\n", "warning: ü\n"],
  ],
  ["plain text", "one\ntwo\n", ["one\n", "two\n"]],
  ["nothing", "", []],
])("a kept log as %s", (_, text, data) => {
  expect(parseKernelLog(text).map((one) => one.data)).toEqual(data);
});
