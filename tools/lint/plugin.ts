/** The house's own lint rules, as a plugin of the linter: `house/<rule>`. */

import { docstrings, noSilencing, purpose } from './rules/docs.ts';
import { globals } from './rules/globals.ts';
import { imports } from './rules/imports.ts';
import { noClasses, noDoubleAssertion, noReexports } from './rules/shape.ts';

export default {
  meta: { name: 'house' },
  rules: {
    imports,
    globals,
    'no-classes': noClasses,
    'no-reexports': noReexports,
    'no-double-assertion': noDoubleAssertion,
    purpose,
    docstrings,
    'no-silencing': noSilencing,
  },
};
