import { expect, test } from "vitest";
import { serve } from "../../../test/support/http-server.ts";
import type { NoAnswer } from "./no-answer.ts";
import { readText, request } from "./request.ts";

async function failureOf(url: string, timeoutMs = 5_000): Promise<NoAnswer> {
  const read = request(url, { method: "POST", body: "{}", timeoutMs }).then(readText);
  return read.then(
    () => Promise.reject(new Error("it answered")),
    (error: NoAnswer) => error,
  );
}

test("a connection that is refused has sent nothing", async () => {
  const { url, close } = await serve(() => {});
  close();
  const error = await failureOf(url);
  expect(error).toMatchObject({ outcome: "not-sent", passing: true });
  expect(error.message).toContain("ECONNREFUSED");
});

test("a name without an address has sent nothing", async () => {
  expect(await failureOf("http://crossfold.invalid/")).toMatchObject({ outcome: "not-sent" });
});

test("a connection that breaks after the request: unknown", async () => {
  const { url, received } = await serve((_request, response) => response.destroy());
  expect(await failureOf(url)).toMatchObject({ outcome: "unknown", passing: true });
  expect(received).toHaveLength(1);
});

test("no answer in time: unknown", async () => {
  const { url } = await serve(() => {});
  expect(await failureOf(url, 100)).toMatchObject({
    outcome: "unknown",
    message: "no answer in time",
  });
});

test("half an answer: unknown", async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
    setTimeout(() => response.destroy(), 5);
  });
  expect(await failureOf(url)).toMatchObject({ outcome: "unknown" });
});
