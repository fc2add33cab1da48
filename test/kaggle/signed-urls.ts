import { randomUUID } from "node:crypto";

/** A file that a signed URL leads to. */
export interface StoredFile {
  name: string;
  modified: Date;
  bytes: () => Promise<Buffer>;
}

interface SignedFile {
  file: StoredFile;
  expires: number;
}

/** Addresses on the storage origin, each good for one file and for a while. */
export class SignedUrls {
  readonly #files = new Map<string, SignedFile>();
  readonly #origin: () => string;
  readonly #lifetimeMs: number;

  constructor(origin: () => string, lifetimeMs: number) {
    this.#origin = origin;
    this.#lifetimeMs = lifetimeMs;
  }

  sign(file: StoredFile): string {
    const id = randomUUID();
    const expires = Date.now() + this.#lifetimeMs;
    this.#files.set(id, { file, expires });
    const name = encodeURIComponent(file.name.split("/").at(-1)!);
    const query = `X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Expires=${Math.ceil(this.#lifetimeMs / 1000)}`;
    return `${this.#origin()}/files/${id}/${name}?${query}&X-Goog-Signature=${id}`;
  }

  /** The file an address leads to; undefined where it never did. */
  find(url: URL): SignedFile | undefined {
    const id = url.pathname.split("/")[2] ?? "";
    return url.searchParams.get("X-Goog-Signature") === id ? this.#files.get(id) : undefined;
  }
}
