/** Writes `rules/rule.schema.json` anew: `node tools/rule-schema.ts`. A test fails while the file is behind the code. */

import { writeFileSync } from 'node:fs';
import { ruleSchema } from '../src/rulebook/json-schema.ts';

writeFileSync('rules/rule.schema.json', `${JSON.stringify(ruleSchema(), null, 2)}\n`);
