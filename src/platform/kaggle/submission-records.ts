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

/** The result of a submission from its record: graded, or still to be. */
export function toSubmitResult(
  record: SubmissionRecord,
  previous: Sent["previous"],
): Graded | Sent {
  const { submission } = record;
  if (record.status !== "complete" || record.public === null)
    return { status: "sent", submission, previous };
  return {
    status: "graded",
    submission,
    public: record.public,
    private: record.private,
    previous,
    leaderboard: [],
  };
}
