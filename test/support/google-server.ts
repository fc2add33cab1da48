import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterFile } from "./after-file.ts";

/** One request as a server saw it. */
interface Seen {
  method: string;
  url: URL;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

type Answer = (seen: Seen, response: ServerResponse) => void;

export interface GoogleServer {
  url: string;
  /** What openGoogle takes: tokens of this server's metadata, every endpoint overridden. */
  env: Record<string, string>;
  /** Requests, those for tokens left out. */
  seen: Seen[];
  /** What the next requests get, in order; the last one stays. */
  answer(...answers: Answer[]): void;
}

/** An HTTP server that hands out tokens like the metadata server and answers the rest as it is told to. */
export async function startGoogleServer(): Promise<GoogleServer> {
  const seen: Seen[] = [];
  let answers: Answer[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, "http://localhost");
    if (url.pathname.startsWith("/computeMetadata/")) return metadata(url, response);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = { method: request.method!, url, headers: request.headers };
      seen.push({ ...one, body: Buffer.concat(chunks) });
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      answer(seen.at(-1)!, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  afterFile(() => {
    server.close();
    server.closeAllConnections();
  });
  const host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const url = `http://${host}`;
  return {
    url,
    seen,
    env: {
      HOME: "/nonexistent",
      GCE_METADATA_HOST: host,
      METADATA_SERVER_DETECTION: "assume-present",
      STORAGE_EMULATOR_HOST: url,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `${url}/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING: `${url}/`,
    },
    answer: (...given) => void (answers = given),
  };
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
}

/** The connection is cut without an answer. */
export const hangUp: Answer = (_, response) => void response.destroy();

function metadata(url: URL, response: ServerResponse): void {
  response.setHeader("Metadata-Flavor", "Google");
  if (url.pathname.endsWith("/token")) {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ access_token: "tok", expires_in: 3600, token_type: "Bearer" }));
  } else response.end(url.pathname.endsWith("project-id") ? "metadata-project" : "googleapis.com");
}
