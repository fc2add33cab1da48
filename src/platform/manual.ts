import type { Platform } from "./platform.ts";

/** A platform that Crossfold cannot reach: it says where the checked file is to be uploaded. */
export const manual: Platform = {
  async submit(_context, { project }) {
    const { url } = project.metadata;
    const where =
      typeof url === "string" && url !== ""
        ? url
        : `the competition's page on ${project.competition_platform}`;
    return { status: "by-hand", where };
  },
};
