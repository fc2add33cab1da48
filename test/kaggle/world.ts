import type { Blobs } from "./blobs.ts";
import type { Competition } from "./competition.ts";
import type { SignedUrls } from "./signed-urls.ts";
import type { Submission } from "./submission.ts";

/** Everything the stand-in knows. */
export interface World {
  user: string;
  /** The legacy API key. */
  key: string;
  /** Access tokens that are good. */
  tokens: Set<string>;
  refreshToken: string;
  now: () => Date;
  nextId: () => number;
  competitions: Map<string, Competition>;
  /** Of all competitions, oldest first. */
  submissions: Submission[];
  blobs: Blobs;
  urls: SignedUrls;
  /** Work that goes on after the answer; the stand-in waits for it when it is closed. */
  background: (work: Promise<void>) => void;
}
