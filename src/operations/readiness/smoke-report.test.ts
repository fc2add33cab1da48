import { describe, expect, it } from "vitest";
import { resolveMachine } from "../../core/machines/resolve-machine.ts";
import { judgeReport, readReport } from "./smoke-report.ts";

const today = "2026-11-23";
const seen = { bucket: null, secrets: {}, cpus: 8, python: "3.12.1" };

function found(gpu: string, report: object) {
  const parsed = readReport(
    `noise\nCROSSFOLD_SMOKE ${JSON.stringify({ ...seen, ...report })}\nmore\n`,
  );
  return judgeReport(parsed!, resolveMachine({ gpu }, today));
}

describe("what the smoke script saw", () => {
  it.each(["", "CROSSFOLD_SMOKE {half", 'CROSSFOLD_SMOKE {"gpus": 3}', "x CROSSFOLD_SMOKE {}"])(
    "is not known from %j",
    (output) => expect(readReport(output)).toBeUndefined(),
  );

  it("counts TPU chips where TPUs were asked for, and nothing on a machine without either", () => {
    expect(found("v5e", { tpus: ["/dev/vfio/0"] })[0]).toMatchObject({ name: "TPU", state: "ok" });
    expect(found("v5e", { gpus: ["NVIDIA L4"] })[0]).toMatchObject({ state: "problem" });
    expect(found("none", {})[0]).toMatchObject({ name: "machine", detail: "n1-highmem-8: 8 CPUs" });
  });

  it("names what is wrong with bucket and secrets", () => {
    const items = found("none", {
      bucket: "Read-only file system",
      secrets: { A: true, B: false },
    });
    expect(items.filter(({ state }) => state === "problem")).toMatchObject([
      { name: "bucket", detail: "Read-only file system" },
      { name: "secret B" },
    ]);
  });
});
