import path from "node:path";
import { findingText } from "../../src/doors/text/check.ts";
import { makeStyle } from "../../src/doors/text/style.ts";
import type { RuleText } from "../../src/core/rules/rule.ts";
import { ruleTexts } from "../../src/core/rules/rules.ts";
import { checkCase, corpusFolder } from "./check-corpus.ts";

const families: [start: string, title: string][] = [
  ["XF0", "Syntax and ignore comments"],
  ["XF1", "The contract of train.py, settings.py and inference.py"],
  ["XF2", "Leaks"],
  ["XF3", "Reproducibility"],
  ["XF4", "Offline inference"],
  ["XF5", "Parity of training and inference"],
];

const introduction = `# crossfold check

\`crossfold check [EXP...]\` reads the Python of experiments as a syntax tree and says where it breaks the conventions.
Nothing is run and no Python is needed. A rule that cannot be sure stays silent or reports a note that begins with \`maybe\`.

| | |
|---|---|
| \`crossfold check\` | every experiment |
| \`crossfold check exp002\` | one |
| \`crossfold check --fix\` | fixes what can be fixed safely: a missing guard, the experiment's name, a seed |
| \`crossfold check --explain fit-before-split\` | what a rule asks for, why, and how to fix it |
| \`crossfold check --format github\` | annotations of GitHub Actions; also \`json\` and \`sarif\` (SARIF 2.1.0) |

Exit code 0: nothing but notes. 3: an error or a warning. \`crossfold train\` checks first and starts nothing on errors;
warnings do not stop it, \`--no-check\` leaves the check out.

One line is silenced by a comment on it, or alone above it, with the reason:

\`\`\`python
SEED = 42  # crossfold: ignore[constant-outside-config] the host's script imports it
\`\`\`

and a rule, for the whole competition, in project.yml:

\`\`\`yaml
check: { ignore: [group-or-time-leak, XF305] }
\`\`\`

Every rule has a code and a name; both work in an ignore comment, in project.yml and with \`--explain\`.

The rules follow calls into the experiment's own modules: what \`train.py\` leaves to \`harness/\` counts as done,
and functions that it passes on (\`cross_validate(data, fit, predict, ...)\`) as called. While one file is not valid Python, the other rules of that experiment say nothing.

What leaks is found by following the training code, from statement to statement and into the experiment's own functions,
methods and classes, with what they are given: which rows a value holds (all, a fold's training rows, the rows that it leaves
out, the test set, other data), and whether the target, or something learnt from it, went into it. A target mean is an error
where its column reaches a model or the training rows before the folds, whether it stands in \`with\`, \`if\`, \`try\`, a loop over
seeds or a function; the same line on a fold's training rows is none. Early stopping on the scored fold and \`import mlflow\` at
the top are warnings. \`node scripts/leak-corpus.mjs\` counts what is found, and who is accused, in 72 scripts that were written
without a look at the rules.
`;

/** The text of docs/check.md: every rule from the table, and the findings of one bad experiment. */
export function checkPage(): string {
  const texts = ruleTexts();
  const sections = families.map(([start, title]) => {
    const rules = texts.filter(({ code }) => code.startsWith(start));
    return [`## ${title}`, ...rules.map(ruleSection)].join("\n\n");
  });
  return [introduction, overview(texts), ...sections, showcase()]
    .join("\n\n")
    .replaceAll(/\n{3,}/g, "\n\n");
}

function overview(texts: readonly RuleText[]): string {
  const rows = texts.map(
    ({ code, name, severity, summary }) =>
      `| [${code}](#${anchor(code, name)}) | ${name} | ${severity} | ${summary} |`,
  );
  return ["| code | name | | asks that |", "|---|---|---|---|", ...rows].join("\n");
}

/** As GitHub makes it of a heading. */
function anchor(code: string, name: string): string {
  return `${code}-${name}`.toLowerCase();
}

function ruleSection({ code, name, severity, summary, why, fix, bad, good }: RuleText): string {
  return [
    `### ${code} ${name}`,
    `${capital(summary)}. (${severity})`,
    `**Why.** ${why}`,
    `**Fix.** ${fix}`,
    `Breaks it:\n\n\`\`\`python\n${bad}\n\`\`\``,
    `Keeps it:\n\n\`\`\`python\n${good}\n\`\`\``,
  ].join("\n\n");
}

function capital(text: string): string {
  return /^(train|inference|settings|engineer|main|predict)\S*[.(_ ]/.test(text)
    ? text
    : text[0]!.toUpperCase() + text.slice(1);
}

/** What is printed for an experiment with about every leak there is. */
function showcase(): string {
  const style = makeStyle({ color: false, width: 110 });
  const findings = checkCase(path.join(corpusFolder, "bad-leaky-tabular"));
  const printed = findings.map((finding) => findingText(finding, style)).join("\n\n");
  return `## A bad experiment\n\n\`test/fixtures/check/bad-leaky-tabular\`, as \`crossfold check exp001\` prints it:\n\n\`\`\`text\n${printed}\n\`\`\`\n`;
}
