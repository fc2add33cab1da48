import type { FakeKaggle } from "./fake-kaggle.ts";

interface CallResult {
  status: number;
  body: any;
  headers: Headers;
}

/** One call of a method as a plain HTTP request: "Service/Method" of the usual packages. */
export async function call(
  fake: FakeKaggle,
  name: string,
  request: unknown = {},
  headers: Record<string, string> = { Authorization: `Bearer ${fake.credentials.token}` },
): Promise<CallResult> {
  const [service, method] = name.split("/") as [string, string];
  const response = await fetch(`${fake.url}/v1/${packages[service]}.${service}/${method}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(request),
    redirect: "manual",
  });
  const text = await response.text();
  const body = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body, headers: response.headers };
}

const packages: Record<string, string> = {
  CompetitionApiService: "competitions",
  KernelsApiService: "kernels",
  ModelApiService: "models",
  DatasetApiService: "datasets",
  BlobApiService: "blobs",
  OAuthService: "security",
  AccountService: "users",
};

/** Uploads a file for a submission; the token that stands for it. */
export async function uploadSubmission(
  fake: FakeKaggle,
  competitionName: string,
  text: string,
): Promise<string> {
  const { body } = await call(fake, "CompetitionApiService/StartSubmissionUpload", {
    competitionName,
    fileName: "submission.csv",
    contentLength: Buffer.byteLength(text),
    lastModifiedEpochSeconds: 0,
  });
  const { status } = await fetch(body.createUrl, { method: "PUT", body: text });
  if (status !== 200) throw new Error(`The upload answered ${status}`);
  return body.token;
}
