import type { Faults } from "./faults.ts";
import type { BucketStore } from "./storage/bucket-store.ts";
import type { LogBook } from "./log-book.ts";
import type { Tokens } from "./tokens.ts";

/** A container image: what it starts, and the environment that it sets. */
export interface FakeImage {
  entrypoint: string[];
  env?: Record<string, string>;
}

export interface FakeTiming {
  /** Milliseconds in JOB_STATE_QUEUED and JOB_STATE_PENDING. */
  queued: number;
  pending: number;
  /** Milliseconds between SIGTERM and SIGKILL. */
  grace: number;
  /** Milliseconds between two states of a build. */
  build: number;
}

/** A made-up Google project, shared by all of the fake's services. */
export interface World {
  project: string;
  projectNumber: string;
  /** Whom the tokens are for. */
  account: string;
  /** Service accounts that exist. */
  accounts: string[];
  /** APIs that are enabled. */
  services: Set<string>;
  /** Permissions that the caller does not have. */
  lacking: Set<string>;
  images: Record<string, FakeImage>;
  /** What an image that Cloud Build makes starts. */
  built: FakeImage;
  /** Secret values by name. */
  secrets: Record<string, string>;
  /** `REGION/NAME` of the Docker repositories of Artifact Registry. */
  repositories: Set<string>;
  /** Limits by `REGION/METRIC` or by METRIC; a metric without one is not limited. */
  quotas: Record<string, number>;
  openStorage: boolean;
  timing: FakeTiming;
  /** A folder for what jobs leave behind. */
  folder: string;
  tokens: Tokens;
  faults: Faults;
  buckets: BucketStore;
  /** Locations of buckets, in capitals; US-CENTRAL1 where none is given. */
  locations: Map<string, string>;
  logs: LogBook;
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  url(): string;
}
