// The official `kaggle` client's flows beside Crossfold's on one stand-in for Kaggle: calls, seconds, exit codes, and
// what is so afterwards.
//
//     npm run build && node bench/kaggle-flows.mjs [rounds] [words of a flow's name]
//
// Each side has a stand-in, a folder and a home of its own in every round. Calls are all requests that reached the
// stand-in, those to its server of signed URLs among them. Seconds are medians of the rounds, each command with its
// process's start; there is no network between, so each call costs less than a real one. Behind Crossfold's numbers stands
// their ratio to the client's. Exit codes and what is so afterwards are of the last round. BENCH_SAYS=1 prints on stderr
// what the commands said.
import { fileFlows } from "./kaggle-flows/file-flows.mjs";
import { codeFlows } from "./kaggle-flows/code-flows.mjs";
import { makeBench, openPlace, run } from "./kaggle-flows/place.mjs";

const [rounds = "3", ...wanted] = process.argv.slice(2);
const sides = ["crossfold", "kaggle"];
const flows = [...fileFlows, ...codeFlows].filter(({ name }) => name.includes(wanted.join(" ")));

const bench = await makeBench();
try {
  console.log(`${"".padEnd(11)} calls       seconds       exit codes afterwards`);
  await start();
  for (const flow of flows) await compare(flow);
} finally {
  bench.close();
}

/** What each program takes to say its version. */
async function start() {
  const results = { crossfold: [], kaggle: [] };
  const place = { ...bench, folder: bench.scratch };
  for (let round = 0; round < Number(rounds); round += 1)
    for (const side of sides) {
      const { exitCode, seconds } = await run({ ...place, side }, ["--version"]);
      results[side].push({ calls: 0, seconds, exitCodes: [exitCode], holds: "" });
    }
  print({ name: "--version" }, results);
}

async function compare(flow) {
  const results = { crossfold: [], kaggle: [] };
  for (let round = 0; round < Math.min(Number(rounds), flow.rounds ?? Infinity); round += 1)
    for (const side of sides) results[side].push(await play(flow, side));
  print(flow, results);
}

async function play(flow, side) {
  const place = await openPlace(bench, flow, side);
  try {
    await flow.before?.(place);
    const earlier = place.fake.requests.length;
    const done = [];
    for (const words of flow[side]) {
      for (let tries = 0; tries < (flow.again ? 3 : 1); tries += 1) {
        done.push(await run(place, words));
        if (done.at(-1).exitCode === 0) break;
      }
    }
    const said = done.map((one) => one.said).join("");
    if (process.env.BENCH_SAYS) console.error(`--- ${flow.name}, ${side}\n${said}`);
    const reason =
      flow.reason && (said.search(flow.reason) < 0 ? "; reason hidden" : "; reason shown");
    return {
      calls: place.fake.requests.length - earlier,
      seconds: done.reduce((sum, one) => sum + one.seconds, 0),
      exitCodes: done.map(({ exitCode }) => exitCode),
      holds: flow.holds(place) + (reason ?? ""),
    };
  } finally {
    await place.close();
  }
}

/** The ratio, of what `kaggle` takes, stands behind Crossfold's numbers. */
function print({ name, rounds: most }, results) {
  const [ours, theirs] = sides.map((side) => ({
    calls: median(results[side].map((one) => one.calls)),
    seconds: median(results[side].map((one) => one.seconds)),
    last: results[side].at(-1),
  }));
  const calls = theirs.calls === 0 ? "" : `(${(ours.calls / theirs.calls).toFixed(2)})`;
  const seconds = `(${(ours.seconds / theirs.seconds).toFixed(2)})`;
  console.log(`\n${name}${most === 1 ? " [one round]" : ""}`);
  console.log(line("crossfold", ours, calls, seconds));
  console.log(line("kaggle", theirs, "", ""));
}

function line(side, { calls, seconds, last }, callsRatio, secondsRatio) {
  const cells = [
    `  ${side.padEnd(9)}`,
    String(calls).padStart(4),
    callsRatio.padEnd(6),
    seconds.toFixed(2).padStart(6),
    secondsRatio.padEnd(6),
    last.exitCodes.join(" ").padEnd(10),
    last.holds,
  ];
  return cells.join(" ").trimEnd();
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
