import { lookFor } from "../../../clients/http/look-for.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { followKernel } from "../../../clients/kaggle/follow-kernel.ts";
import { isNotThere, KaggleError } from "../../../clients/kaggle/kaggle-error.ts";
import {
  getKernel,
  type KernelToSave,
  type SavedKernel,
  saveKernel,
} from "../../../clients/kaggle/kernels.ts";
import type { LivePipeline } from "./pipeline.ts";
import type { KernelState } from "./step-state.ts";

export interface KernelPlan {
  /** What it is for a user: `the notebook of exp002`. */
  called: string;
  /** SHA-256 that stands somewhere in `kernel.text`, so that a version can be known again. */
  content: string;
  kernel: KernelToSave;
  known: KernelState | undefined;
  keep(state: KernelState): Promise<void>;
}

/**
 * Has Kaggle run this content and follows it to its end; goes on where an earlier command stopped, and pushes nothing
 * that is there already. Throws a UserError where it fails.
 */
export async function runKernel(
  pipeline: LivePipeline,
  plan: KernelPlan,
): Promise<KernelState & { version: number }> {
  const pushed = (await findPushed(pipeline, plan)) ?? (await push(pipeline, plan));
  if (pushed.state === "complete") return pushed;
  return follow(pipeline, plan, pushed);
}

type Pushed = KernelState & { version: number };

async function findPushed(
  { api }: LivePipeline,
  { content, kernel, known, keep }: KernelPlan,
): Promise<Pushed | undefined> {
  const same = known?.content === content && known.ref === kernel.slug;
  // One that failed is pushed again: the same command is how a user asks for another try.
  if (same && known.state === "failed") return undefined;
  if (same && known.version !== null) return { ...known, version: known.version };
  const version = await versionWith(api, kernel.slug, content);
  if (version === undefined) return undefined;
  const found: Pushed = { content, ref: kernel.slug, version, state: "pushed" };
  await keep(found);
  return found;
}

/** The newest version's number where it is of this content. */
async function versionWith(
  api: LivePipeline["api"],
  slug: string,
  content: string,
): Promise<number | undefined> {
  const [owner = "", name = ""] = slug.split("/");
  try {
    const { metadata, blob } = await getKernel(api, { owner, slug: name });
    if (blob?.source.includes(content) !== true) return undefined;
    return metadata?.currentVersionNumber ?? undefined;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

async function push(
  { api, context }: LivePipeline,
  { called, content, kernel, keep }: KernelPlan,
): Promise<Pushed> {
  const sending = { content, ref: kernel.slug, version: null, state: "sending" } as const;
  await keep(sending);
  context.progress.step(`pushing ${called}`);
  let version: number | undefined;
  try {
    const answer = await saveKernel(api, kernel);
    const dropped = droppedSources(answer);
    if (dropped.length > 0) {
      await keep({ ...sending, version: answer.versionNumber, state: "failed" });
      throw withoutSources(called, dropped);
    }
    version = answer.versionNumber;
  } catch (error) {
    if (!(error instanceof KaggleError) || error.outcome !== "unknown") throw error;
    context.progress.step(`no clear answer (${error.reason}); checking whether it arrived`);
  }
  version ??= await lookFor(() => versionWith(api, kernel.slug, content));
  if (version === undefined) throw notPushed(called);
  const pushed: Pushed = { ...sending, version, state: "pushed" };
  await keep(pushed);
  return pushed;
}

/** Kaggle runs a kernel without the sources it could not find; such a version is of no use. */
function droppedSources(answer: SavedKernel): string[] {
  return [
    ...answer.invalidModelSources,
    ...answer.invalidKernelSources,
    ...answer.invalidDatasetSources,
    ...answer.invalidCompetitionSources,
  ];
}

function withoutSources(called: string, dropped: readonly string[]): UserError {
  return new UserError({
    code: "kernel-sources",
    message: `Kaggle took ${called} without ${dropped.join(", ")}, which it does not know or does not let you use`,
    expected: "sources in kernel-metadata.json that exist and that this account may use",
    next: "fix kernel-metadata.json (or accept the competition's rules), then run the same command again",
  });
}

function notPushed(called: string): UserError {
  return new UserError({
    code: "kernel-unconfirmed",
    message: `no clear answer came to pushing ${called}, and Kaggle does not show it`,
    next: "run the same command again: it looks for it first",
  });
}

async function follow(
  { api, context, timeoutSeconds }: LivePipeline,
  { called, keep }: KernelPlan,
  pushed: Pushed,
): Promise<Pushed> {
  const [owner = "", slug = ""] = pushed.ref.split("/");
  const { status, failure } = await followKernel(
    api,
    { owner, slug, version: pushed.version },
    {
      log: (text) => context.progress.output(Buffer.from(text)),
      news: (text) => context.progress.step(`${pushed.ref} ${text}`),
      timeoutSeconds,
      signal: context.unheard,
    },
  );
  const where = `https://www.kaggle.com/code/${pushed.ref}`;
  if (status === "running") throw stillRunning(called, pushed, timeoutSeconds);
  const complete = status === "COMPLETE";
  const ended: Pushed = { ...pushed, state: complete ? "complete" : "failed" };
  await keep(ended);
  if (complete) return ended;
  throw new UserError({
    code: "kernel-failed",
    message: `${called} (${pushed.ref} v${pushed.version}) ended with ${status.toLowerCase()}: ${failure || "its log, above, says why"}`,
    next: `look at ${where}, fix it, and run the same command again`,
  });
}

function stillRunning(called: string, { ref, version }: Pushed, seconds: number): UserError {
  return new UserError({
    code: "kernel-running",
    message: `${called} (${ref} v${version}) is still running after ${seconds} seconds`,
    next: "run the same command again: it goes on following that version",
  });
}
