/**
 * `npm run bench -- [name …] [--json] [--verbose]`: measures, and says what met its target.
 * Exit code 1 when a target was missed or a bench broke, 2 for a wrong name.
 */

import { parseArgs } from 'node:util';
import { runApart, runHere, type Outcome } from './harness/run.ts';
import { toLines } from './harness/table.ts';
import { BENCHES } from './index.ts';

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    here: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const wanted = BENCHES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
const [only] = wanted;

if (unknown.length > 0) {
  const known = BENCHES.map((bench) => `  ${bench.name.padEnd(10)} ${bench.about}`);
  console.error(`there is no bench "${unknown.join('", "')}"; there are:\n${known.join('\n')}`);
  process.exitCode = 2;
} else if (values.here && only !== undefined) {
  await runHere(only);
} else {
  const options = { entry: import.meta.filename, verbose: values.verbose, tell: (line: string) => console.error(line) };
  const outcome = await runApart(wanted, options);
  show(outcome);
  const missed = outcome.rows.some((row) => row.verdict === 'miss');
  process.exitCode = missed || outcome.broken.length > 0 ? 1 : 0;
}

function show({ rows, skipped, broken }: Outcome): void {
  if (values.json) console.log(JSON.stringify({ rows, skipped: Object.fromEntries(skipped), broken }, null, 2));
  else for (const line of toLines(rows)) console.log(line);
  for (const [name, reason] of skipped) console.error(`NOT MEASURED: ${name}: ${reason}`);
  for (const name of broken) console.error(`BROKEN: ${name}: it ended with an error, or took too long`);
}
