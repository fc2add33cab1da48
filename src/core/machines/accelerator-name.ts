import { nearNames } from "../text/near-names.ts";
import { UserError } from "../errors/user-error.ts";
import {
  acceleratorNames,
  acceleratorOf,
  type AcceleratorName,
  isShutDown,
} from "./accelerators.ts";

/** Names that are neither the API's nor the short one. */
const otherNames: Record<string, AcceleratorName> = {
  A100_40GB: "NVIDIA_TESLA_A100",
  H100_MEGA_80GB: "NVIDIA_H100_MEGA_80GB",
  H200_141GB: "NVIDIA_H200_141GB",
  RTX6000: "NVIDIA_RTX_PRO_6000",
};

/** What is typed for a machine without an accelerator; the Taskfile's variable is empty then. */
const cpuNames = new Set(["", "CPU", "NONE"]);

/** The accelerator meant by `L4`, `nvidia-l4` or `NVIDIA_L4`; undefined for none at all. Throws a UserError for an unknown one. */
export function findAccelerator(
  given: string | undefined,
  today: string,
): AcceleratorName | undefined {
  const wanted = plain(given ?? "");
  if (cpuNames.has(wanted)) return undefined;
  const found =
    otherNames[wanted] ??
    acceleratorNames.find((name) => [plain(name), acceleratorOf(name).short].includes(wanted));
  if (found !== undefined) return found;
  throw unknownAccelerator(given!, today);
}

/** Upper case with underscores, without what every NVIDIA name begins with. */
function plain(name: string): string {
  return name
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, "_")
    .replace(/^NVIDIA_/, "")
    .replace(/^(?:TESLA|TPU)_/, "");
}

function unknownAccelerator(given: string, today: string): UserError {
  const offered = acceleratorNames.filter((name) => !isShutDown(name, today));
  const spellings = new Map(
    offered.flatMap((name) => [plain(name), acceleratorOf(name).short].map((one) => [one, name])),
  );
  const near = nearNames(plain(given), [...spellings.keys()]).map((one) => spellings.get(one)!);
  const meant = near[0] === undefined ? "" : ` (did you mean ${near[0]}?)`;
  return new UserError({
    code: "unknown-accelerator",
    message: `Vertex AI has no accelerator "${given}"${meant}`,
    expected: `one of ${offered.join(", ")}, or none for a machine without one`,
    next:
      near[0] === undefined
        ? { operation: "machines", input: {}, why: "lists every accelerator" }
        : `--gpu ${near[0]}`,
    exitCode: 2,
  });
}
