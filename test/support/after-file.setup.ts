import { afterAll } from "vitest";
import { doAfterFile } from "./after-file.ts";

afterAll(doAfterFile);
