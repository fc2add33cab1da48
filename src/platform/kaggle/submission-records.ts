import type { KaggleSubmission } from "../../clients/kaggle/submissions.ts";
import type { Graded, SubmissionRecord, Sent } from "../platform.ts";

/** A submission as Kaggle lists it, its scores as numbers. */
export function toSubmissionRecord(found: KaggleSubmission): SubmissionRecord {
  return {
    submission: String(found.ref),
    at: found.date ?? "",
    message: found.description,
    fileName: found.fileName,
    status: statusOf(found.status),
    public: toScore(found.publicScore),
    private: toScore(found.privateScore),
    error: found.errorDescription ?? "",
  };
}

/** A status that is not known here yet counts as not decided. */
function statusOf(status: string): SubmissionRecord["status"] {
  if (status === "COMPLETE") return "complete";
  return status === "ERROR" ? "error" : "pending";
}

function toScore(text: string | null): number | null {
  const score = Number(text ?? Number.NaN);
  return text === null || text.trim() === "" || !Number.isFinite(score) ? null : score;
}

/** What a listed submission is to whoever submits: graded, or still to be. */
export function toSubmitResult(listed: SubmissionRecord, earlier: Sent["earlier"]): Graded | Sent {
  const { submission } = listed;
  if (listed.status !== "complete" || listed.public === null)
    return { status: "sent", submission, earlier };
  return {
    status: "graded",
    submission,
    public: listed.public,
    private: listed.private,
    earlier,
    leaderboard: [],
  };
}
