import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { metricNames } from "../src/core/metrics/known-metrics.ts";
import { packageRoot } from "../src/package-root.ts";
import { metricsPage } from "./support/metrics-page.ts";

const docs = path.join(packageRoot(), "docs");

test("docs/metrics.md says what the table says; `npx vitest run test/metrics-page.test.ts -u` writes it anew", async () => {
  await expect(metricsPage()).toMatchFileSnapshot(path.join(docs, "metrics.md"));
});

test("docs/workspace.md shows the metrics that init names", async () => {
  const page = await readFile(path.join(docs, "workspace.md"), "utf8");
  expect(page).toContain(`--metric with one of ${metricNames.join(", ")}, or another name`);
});
