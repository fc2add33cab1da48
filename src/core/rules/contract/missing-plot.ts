import { findOutput } from "../analysis/run-outputs.ts";
import type { Rule } from "../rule.ts";

export const missingPlot: Rule = {
  code: "XF111",
  name: "missing-plot",
  severity: "warning",
  summary: "train.py saves plots of its out-of-fold predictions to artifact_dir",
  why: "A score does not show where a model is wrong; a scatter plot, residuals, a confusion matrix or a calibration curve does.",
  fix: 'Plot predictions against the target and save the figure: `savefig(settings.artifact_dir / "....png")`.',
  bad: `plt.show()`,
  good: `figure.savefig(settings.artifact_dir / "confusion_matrix.png")`,
  check: (source) =>
    findOutput(source, {
      name: /\.(png|svg|pdf|jpe?g|html)$/i,
      made: /^(savefig|write_image|write_html|save_plots?|save_fig\w*)$|plot_oof|log_figure/i,
      what: "plot",
    }),
};
