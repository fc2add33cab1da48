import { randomUUID } from "node:crypto";
import { Refusal } from "./reply.ts";

/** What is uploaded through one address; complete when all announced bytes are here. */
export interface Blob {
  token: string;
  name: string;
  size: number;
  received: Buffer;
}

/** Uploads begun: the token names one to the API, the id in the address to the storage origin. */
export class Blobs {
  readonly #byToken = new Map<string, Blob>();
  readonly #byId = new Map<string, Blob>();
  readonly #origin: () => string;

  constructor(origin: () => string) {
    this.#origin = origin;
  }

  start(name: string, size: number): { token: string; createUrl: string } {
    const id = randomUUID();
    const token = `blob-${randomUUID()}`;
    const blob = { token, name, size, received: Buffer.alloc(0) };
    this.#byToken.set(token, blob);
    this.#byId.set(id, blob);
    return { token, createUrl: `${this.#origin()}/uploads/${id}?upload_id=${id}` };
  }

  find(url: URL): Blob | undefined {
    return this.#byId.get(url.searchParams.get("upload_id") ?? "");
  }

  /** Forgets the addresses given out, as Cloud Storage does after a week. */
  expireAddresses(): void {
    this.#byId.clear();
  }

  /** A finished upload, by its token. */
  take(token: string): Blob {
    const blob = this.#byToken.get(token);
    if (blob === undefined) throw new Refusal(400, `Invalid blob token: ${token}`);
    if (blob.received.length < blob.size) {
      throw new Refusal(400, `The upload of ${blob.name} is not complete`);
    }
    return blob;
  }
}
