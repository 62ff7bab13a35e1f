/** The screen of a pane as lines, with what is only a hint told apart from what somebody typed. Pure. */

export interface ScreenLine {
  readonly text: string;
  /** One letter a character of `text`: `f` faint, `i` inverse, `.` plain. */
  readonly looks: string;
}

interface Look {
  faint: boolean;
  inverse: boolean;
}

const ESCAPE = '\u001b';
const BELL = '\u0007';

/** Lines of a screen captured with its colours; empty lines at the end are left out. */
export function parseScreen(screen: string): readonly ScreenLine[] {
  const look: Look = { faint: false, inverse: false };
  const lines = screen.split('\n').map((line) => parseLine(line, look));
  const last = lines.findLastIndex((line) => line.text !== '');
  return lines.slice(0, last + 1);
}

function parseLine(line: string, look: Look): ScreenLine {
  let text = '';
  let looks = '';
  for (const [i, piece] of line.split(ESCAPE).entries()) {
    const shown = withoutShifts(i === 0 ? piece : afterSequence(piece, look));
    text += shown;
    looks += letterOf(look).repeat(shown.length);
  }
  const end = text.trimEnd().length;
  return { text: text.slice(0, end), looks: looks.slice(0, end) };
}

/** What follows the sequence a piece begins with; the escape character itself is cut off already. */
function afterSequence(piece: string, look: Look): string {
  const style = /^\[([0-9;:]*)m/.exec(piece);
  if (style !== null) applyStyle(look, style[1] ?? '');
  const control = /^\[[0-?]*[ -/]*[@-~]/.exec(piece);
  if (control !== null) return piece.slice(control[0].length);
  if (!piece.startsWith(']')) return piece.slice(1);
  const end = piece.indexOf(BELL);
  return end < 0 ? '' : piece.slice(end + 1);
}

/** Shifts between character sets say nothing about the text. */
const withoutShifts = (piece: string): string => piece.replaceAll('\u000e', '').replaceAll('\u000f', '');

function letterOf(look: Look): string {
  if (look.faint) return 'f';
  return look.inverse ? 'i' : '.';
}

const EFFECTS: Readonly<Record<string, Partial<Look>>> = {
  '': { faint: false, inverse: false },
  '0': { faint: false, inverse: false },
  '2': { faint: true },
  '7': { inverse: true },
  '22': { faint: false },
  '27': { inverse: false },
};

function applyStyle(look: Look, parameters: string): void {
  for (const parameter of withoutColours(parameters).split(';')) Object.assign(look, EFFECTS[parameter] ?? {});
}

/** A colour carries numbers of its own (`38;5;2`), which are not effects. */
function withoutColours(parameters: string): string {
  return parameters.replaceAll(/(?<=^|;)(?:38|48|58)[;:](?:5[;:]\d+|2[;:][\d;:]*?\d+[;:]\d+[;:]\d+)/g, '39');
}
