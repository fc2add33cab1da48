import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../../test/support/http-server.ts";
import { openGoogle } from "./open-google.ts";

test("a metadata server that breaks off is no server, and no warning of the library's is shown", async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error) => void warnings.push(warning);
  process.on("warning", hear);
  onTestFinished(() => void process.off("warning", hear));
  const { url, received } = await serve((_request, response) => response.destroy());
  const google = openGoogle({
    HOME: "/nonexistent",
    GCE_METADATA_HOST: new URL(url).host,
    METADATA_SERVER_DETECTION: "ping-only",
  });
  await expect(google.token()).rejects.toMatchObject({ code: "google-credentials" });
  expect(received.length).toBeGreaterThan(0);
  process.emitWarning("shown", "OtherWarning");
  await sleep(10);
  expect(warnings.map(({ name }) => name)).toEqual(["OtherWarning"]);
});
