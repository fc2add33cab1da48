import path from "node:path";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { competitionPage } from "../../clients/kaggle/addresses.ts";
import { getCompetition } from "../../clients/kaggle/competitions.ts";
import { downloadTo } from "../../clients/kaggle/download.ts";
import { isNotThere, KaggleError } from "../../clients/kaggle/kaggle-error.ts";
import {
  deleteKernel,
  getKernel,
  getKernelSession,
  listKernelOutput,
} from "../../clients/kaggle/kernels.ts";
import { type Kaggle, openKaggle } from "../../clients/kaggle/open-kaggle.ts";
import { fromAddress, readSmallFile } from "../../clients/kaggle/sources.ts";
import type { Access, Issue } from "../backend.ts";
import type { JobStatus, Remote } from "../remote/remote.ts";
import { createKernel } from "./create-kernel.ts";
import { readKernelLog } from "./kernel-log.ts";
import { artifactName } from "./kernel-output.ts";
import { kernelOf, kernelTargetOf } from "./kernel-target.ts";
import { deletedKernel, kernelStatus } from "./kernel-status.ts";

/** A private kernel a run. The kernel's source carries the code, so nothing is shipped before it. */
export function kernelRemote({ env, now }: Access): Remote {
  let opened: Promise<Kaggle> | undefined;
  const kaggle = (): Promise<Kaggle> => (opened ??= openKaggle(env, { backoff: { tries: 3 } }));
  return {
    title: "Kaggle",
    check: async (spec) => checkEntry(await kaggle(), kernelTargetOf(spec).competition),
    ship: async () => undefined,
    create: async (request) => createKernel(await kaggle(), request),
    find: async (spec) => findKernel(await kaggle(), spec),
    status: async (spec) => passing(async () => statusOf(await kaggle(), spec, now())),
    logs: async (spec, _job, cursor) =>
      passing(async () => readKernelLog(await kaggle(), kernelOf(spec), cursor)),
    async cancel(spec) {
      // Kaggle does not tell the number of the session, which stopping it wants; the kernel is this run's alone.
      await removeKernel(await kaggle(), spec);
      return "gone";
    },
    fetch: async (spec, _job, folder) =>
      passing(async () => fetchOutput(await kaggle(), spec, folder)),
  };
}

async function checkEntry(kaggle: Kaggle, competition: string): Promise<Issue[]> {
  const { userHasEntered } = await getCompetition(kaggle, competition);
  if (userHasEntered !== false) return [];
  const page = competitionPage(competition, "rules");
  return [
    { message: "the competition's rules are not accepted yet", next: `accept them at ${page}` },
  ];
}

async function findKernel(kaggle: Kaggle, spec: RunSpec): Promise<string | undefined> {
  const { owner, slug } = kernelOf(spec);
  const found = await passing(() => orGone(getKernel(kaggle, { owner, slug })));
  return found === undefined ? undefined : `${owner}/${slug}`;
}

/** Kaggle answers 403 both for what is not there and for what may not be done. */
async function removeKernel(kaggle: Kaggle, spec: RunSpec): Promise<void> {
  try {
    await deleteKernel(kaggle, kernelOf(spec));
  } catch (error) {
    if ((await findKernel(kaggle, spec)) !== undefined) throw error;
  }
}

/** How long after its push a kernel may be unknown to Kaggle. */
const unseenMs = 10 * 60_000;

async function statusOf(kaggle: Kaggle, spec: RunSpec, now: Date): Promise<JobStatus> {
  const session = await orGone(getKernelSession(kaggle, kernelOf(spec)));
  const isOld = now.getTime() - Date.parse(spec.created) > unseenMs;
  if (session === undefined && isOld && (await findKernel(kaggle, spec)) === undefined) {
    return deletedKernel;
  }
  const ended = ["COMPLETE", "ERROR"].includes(session?.status ?? "");
  return kernelStatus(session, ended ? await readExitCode(kaggle, spec) : null);
}

/** `rc` among the output; null where the kernel left none. */
async function readExitCode(kaggle: Kaggle, spec: RunSpec): Promise<number | null> {
  const { files } = await listKernelOutput(kaggle, kernelOf(spec));
  const rc = files.find(({ fileName }) => fileName === "rc");
  if (rc === undefined) return null;
  // Where it fails the run is looked at again later: it is there, so it can be had the next time.
  const text = await readSmallFile(kaggle, "rc of the kernel", rc.url);
  return /^\d{1,3}\n$/.test(text) ? Number(text) : null;
}

async function fetchOutput(kaggle: Kaggle, spec: RunSpec, folder: string): Promise<void> {
  const { files } = await listKernelOutput(kaggle, kernelOf(spec));
  for (const { fileName } of files) {
    const name = artifactName(fileName, spec.debug);
    if (name === undefined) continue;
    const call = `output ${fileName}`;
    const fresh = async () => {
      const now = await listKernelOutput(kaggle, kernelOf(spec));
      return now.files.find((one) => one.fileName === fileName)?.url ?? "";
    };
    const target = path.join(folder, name);
    await downloadTo(kaggle, fromAddress(kaggle, call, fresh), target, { call, limit: mostBytes });
  }
}

/** Kaggle keeps 20 GB of a kernel's output. */
const mostBytes = 20e9;

async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

/** What may go away by itself is no error that the user must fix. */
async function passing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KaggleError && error.passing) {
      throw new Error(error.reason, { cause: error });
    }
    throw error;
  }
}
