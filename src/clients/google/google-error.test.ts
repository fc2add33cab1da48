import { describe, expect, test } from "vitest";
import { UserError } from "../../core/errors/user-error.ts";
import { GoogleError, parseGoogleError } from "./google-error.ts";
import { googleProblem } from "./google-problem.ts";

const serviceOff = {
  error: {
    code: 403,
    status: "PERMISSION_DENIED",
    message: "Vertex AI API has not been used in project 123 before or it is disabled.",
    details: [
      { "@type": "type.googleapis.com/google.rpc.Help", links: [] },
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata: { service: "aiplatform.googleapis.com", consumer: "projects/123" },
      },
    ],
  },
};
const older = {
  error: {
    code: 403,
    message:
      "me@example.com does not have storage.objects.list access to the Google Cloud Storage bucket.",
    errors: [{ message: "m", domain: "global", reason: "forbidden" }],
  },
};

describe("an answer", () => {
  test.each<[string, number, unknown, Partial<GoogleError>]>([
    [
      "of the newer shape",
      403,
      serviceOff,
      { status: "PERMISSION_DENIED", reason: "SERVICE_DISABLED" },
    ],
    ["of the older shape", 403, older, { status: "PERMISSION_DENIED", reason: "forbidden" }],
    ["in a list", 403, [serviceOff], { reason: "SERVICE_DISABLED" }],
    ["that is HTML", 502, "<html><b>Bad</b> gateway</html>", { message: "Bad gateway" }],
    ["without a body", 404, "", { status: "NOT_FOUND", message: "HTTP 404" }],
    ["of strange details", 500, { error: { message: "m", details: [1, null] } }, { message: "m" }],
  ])("%s", (_, http, body, expected) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    expect(parseGoogleError(http, text)).toMatchObject({ httpStatus: http, ...expected });
  });
});

function nextOf(error: GoogleError): { code: string; next: UserError["next"]; message: string } {
  const missing = { what: "bucket b", next: "make it" };
  const problem = googleProblem(error, { doing: "look", project: "p", missing });
  if (!(problem instanceof UserError)) throw problem;
  return { code: problem.code, next: problem.next, message: problem.message };
}

describe("what to do", () => {
  test.each<[string, number, unknown, string, string]>([
    [
      "an API that is off",
      403,
      serviceOff,
      "google-api-off",
      "gcloud services enable aiplatform.googleapis.com --project p",
    ],
    ["a missing permission", 403, older, "google-permission", "roles/storage.objectAdmin"],
    ["expired credentials", 401, {}, "google-credentials", "gcloud auth application-default login"],
    ["quota", 429, { error: { message: "Quota exceeded" } }, "google-quota", "quotas?project=p"],
    ["nothing there", 404, {}, "google-not-found", "make it"],
  ])("about %s", (_, http, body, code, next) => {
    const found = nextOf(parseGoogleError(http, JSON.stringify(body)));
    expect(found.code).toBe(code);
    expect(found.next).toContain(next);
    expect(found.message).toMatch(/^could not look: /);
  });

  test.each<[string, string, string]>([
    [
      "trainer@p.iam.gserviceaccount.com does not have storage.objects.list access to the bucket.",
      "b",
      "gcloud storage buckets add-iam-policy-binding gs://b --member=serviceAccount:trainer@p.iam.gserviceaccount.com --role=roles/storage.objectAdmin",
    ],
    [
      "Permission 'aiplatform.customJobs.create' denied on resource",
      "b",
      "gcloud projects add-iam-policy-binding p --member=user:YOU --role=roles/aiplatform.user",
    ],
    ["Permission denied", "b", "ask the project's owner for the permission"],
  ])("where %j", (message, bucket, next) => {
    const error = new GoogleError({ httpStatus: 403, status: "PERMISSION_DENIED", message });
    expect(googleProblem(error, { doing: "look", project: "p", bucket })).toMatchObject({ next });
  });

  test("where no answer came", () => {
    const error = new GoogleError({
      httpStatus: 0,
      status: "UNAVAILABLE",
      message: "ECONNREFUSED",
    });
    expect(nextOf(error).code).toBe("google-unreachable");
  });

  test("a bug stays a bug", () => {
    const bug = new Error("x");
    expect(googleProblem(bug, { doing: "look" })).toBe(bug);
  });
});
