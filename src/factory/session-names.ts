/** What the names of sessions, and of the files beside them, say. Numbers are whole: `dev-harb-12` is not `dev-harb-123`. */

export interface SessionName {
  /** `dev-harb-42`, `planner-harb`. */
  readonly session: string;
  readonly role: string;
  /** `''` when the name has none. */
  readonly project: string;
  readonly issue: number;
  readonly pr: number;
}

const PROJECT = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';
const NUMBER = '[1-9]\\d{0,8}';
const FORMULA_ROLES = 'supervisor|planner|predictor|gardener|architect';

/** A project name may itself end in `-<digits>`: the last number is the issue's, and only roles that have one take it. */
const NUMBERED = new RegExp(`^(dev|review|action|vault)-(${PROJECT})-(${NUMBER})$`);
const FORMULA = new RegExp(`^(${FORMULA_ROLES})-(${PROJECT})$`);

/** The session of a tmux name; null when it is none of the factory's. */
export function parseSessionName(name: string): SessionName | null {
  const numbered = NUMBERED.exec(name);
  if (numbered !== null) return numberedSession(numbered[1] ?? '', numbered[2] ?? '', Number(numbered[3]));
  const formula = FORMULA.exec(name);
  return formula === null ? null : formulaSession(formula[1] ?? '', formula[2] ?? '');
}

const SESSION_FILE = new RegExp(
  `^(?:(dev|review|action)-session-(${PROJECT})-(${NUMBER})|(${FORMULA_ROLES})-session-(${PROJECT}))\\.([a-z]+)$`,
);

/** The session of `dev-session-harb-42.<ending>`, `planner-session-harb.<ending>`; null for another name or ending. */
export function parseSessionFile(name: string, ending: string): SessionName | null {
  const match = SESSION_FILE.exec(name);
  if (match?.[6] !== ending) return null;
  const [, role, project = '', number, formula, formulaProject = ''] = match;
  return role === undefined
    ? formulaSession(formula ?? '', formulaProject)
    : numberedSession(role, project, Number(number));
}

/** The session of a role that works on numbers: pull requests for `review`, issues for every other. */
export function numberedSession(role: string, project: string, number: number): SessionName {
  const isReview = role === 'review';
  return {
    session: `${role}-${project}-${number}`,
    role,
    project,
    issue: isReview ? 0 : number,
    pr: isReview ? number : 0,
  };
}

/** The session of a role that has one for a project. */
export function formulaSession(role: string, project: string): SessionName {
  return { session: `${role}-${project}`, role, project, issue: 0, pr: 0 };
}

const PROJECT_AND_NUMBER = `(${PROJECT})-(${NUMBER})`;

/** Files of a project and a number, and the role whose they are. */
const LEFT_BESIDE: readonly (readonly [name: RegExp, role: string])[] = [
  [new RegExp(`^dev-impl-summary-${PROJECT_AND_NUMBER}\\.txt$`), 'dev'],
  [new RegExp(`^ci-result-${PROJECT_AND_NUMBER}\\.txt$`), 'dev'],
  [new RegExp(`^dev-thread-${PROJECT_AND_NUMBER}$`), 'dev'],
  [new RegExp(`^dev-renotify-${PROJECT_AND_NUMBER}$`), 'dev'],
  [new RegExp(`^dev-${PROJECT_AND_NUMBER}-scratch\\.md$`), 'dev'],
  [new RegExp(`^review-injected-${PROJECT_AND_NUMBER}$`), 'review'],
  [new RegExp(`^(${PROJECT})-review-output-(${NUMBER})\\.json$`), 'review'],
];

/** Files that carry the whole name of a session. */
const NAMED_AFTER = /^(?:claude-(?:idle|exited)-(.+)\.ts|phase-changed-(.+)\.marker|claude-nudge-(.+)\.count)$/;

/** The session that left a file beside its phase file; null when it is no such file. */
export function parseLeftFile(name: string): SessionName | null {
  const context = parseSessionFile(name, 'context');
  if (context !== null) return context;
  for (const [shape, role] of LEFT_BESIDE) {
    const match = shape.exec(name);
    if (match !== null) return numberedSession(role, match[1] ?? '', Number(match[2]));
  }
  const named = NAMED_AFTER.exec(name);
  return named === null ? null : parseSessionName(named[1] ?? named[2] ?? named[3] ?? '');
}

export interface Marker {
  readonly what: 'idle' | 'exited';
  readonly session: string;
}

/** A marker that the agent's hooks left: `claude-idle-<session>.ts`, `claude-exited-<session>.ts`; null for another name. */
export function parseMarkerName(name: string): Marker | null {
  const match = /^claude-(idle|exited)-(.+)\.ts$/.exec(name);
  const session = match?.[2] ?? '';
  if (match === null || parseSessionName(session) === null) return null;
  return { what: match[1] === 'idle' ? 'idle' : 'exited', session };
}
