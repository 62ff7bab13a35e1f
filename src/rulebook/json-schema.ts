/** The shape of rule files as a JSON schema, for completion in editors: `rules/rule.schema.json`. */

import * as z from 'zod';
import { pack } from './shape.ts';

/** The schema as plain data. */
export function ruleSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(pack, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'disinto-reactor rules' };
}
