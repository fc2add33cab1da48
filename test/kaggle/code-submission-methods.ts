import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { rerunVersion } from "./kernel-run.ts";
import { findKernel, findVersion, outputFiles } from "./kernel.ts";
import { method, type Methods } from "./method.ts";
import { participate, refuseSubmission, requireOpen } from "./submission-methods.ts";
import { addSubmission } from "./submission.ts";

/** Submits what a version of a notebook made; Kaggle runs it again where there are hidden files. */
export const codeSubmissionMethods: Methods = {
  "competitions.CompetitionApiService/CreateCodeSubmission": method(
    {
      competitionName: z.string().min(1),
      kernelOwner: z.string().min(1),
      kernelSlug: z.string().min(1),
      kernelVersion: z.int().min(1),
      fileName: z.string().default("submission.csv"),
      submissionDescription: z.string().optional(),
    },
    async (world, request) => {
      const competition = participate(world, request.competitionName);
      const kernel = findKernel(world, request.kernelOwner, request.kernelSlug);
      const version = findVersion(kernel, `v${request.kernelVersion}`);
      const file = (await outputFiles(version)).find(({ name }) => name === request.fileName);
      if (version.state !== "COMPLETE") {
        refuseSubmission("Notebook is still running. Did not find provided Notebook Output File.");
      }
      if (file === undefined) refuseSubmission("Did not find provided Notebook Output File.");
      if (version.enableInternet && !competition.internetAllowed) {
        refuseSubmission("Your Notebook cannot use internet access in this competition.");
      }
      requireOpen(world, competition);
      const what = {
        fileName: request.fileName,
        description: request.submissionDescription ?? "",
        kernel: `${kernel.owner}/${kernel.slug}/${version.number}`,
      };
      const made = async () => {
        if (competition.hiddenFiles === undefined) return readFile(file.path);
        const root = await rerunVersion(world, version);
        return readFile(path.join(root, "working", request.fileName)).catch(() => {
          throw new Error("Submission File Not Found");
        });
      };
      const { ref } = addSubmission(world, competition, what, made);
      return { message: `Successfully submitted to ${competition.title}`, ref };
    },
  ),
};
