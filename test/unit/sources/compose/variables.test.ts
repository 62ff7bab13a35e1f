import { describe, expect, test } from 'vitest';
import { parseDotenv } from '../../../../src/sources/compose/dotenv.ts';
import {
  canBecome,
  fillIn,
  fixedTexts,
  parseTemplate,
  variablesIn,
} from '../../../../src/sources/compose/variables.ts';

const KNOWN = new Map<string, string | null>([
  ['TAG', 'v1'],
  ['EMPTY', ''],
  ['COMPUTED', null],
]);

describe('a text with variables', () => {
  test.each([
    ['app:v1', 'app:v1'],
    ['app:$TAG', 'app:v1'],
    ['app:${TAG}', 'app:v1'],
    ['app:${TAG:-v9}', 'app:v1'],
    ['app:${NONE:-v9}', 'app:v9'],
    ['app:${NONE-v9}', 'app:v9'],
    ['app:${EMPTY:-v9}', 'app:v9'],
    ['app${EMPTY-:v9}', 'app'],
    ['${NONE:-${TAG:-x}}', 'v1'],
    ['${NONE:-${OTHER:-x}/y}', 'x/y'],
    ['app:${TAG:?say which}', 'app:v1'],
    ['app:${TAG?say which}', 'app:v1'],
    ['app${TAG:+:next}', 'app:next'],
    ['app${NONE:+:next}', 'app'],
    ['app${EMPTY+:next}', 'app:next'],
    ['app:$$TAG', 'app:$TAG'],
  ])('%s becomes %s', (text, filled) => {
    const template = parseTemplate(text);
    expect(template === null ? 'no template' : fillIn(template, KNOWN)).toBe(filled);
  });

  test.each(['app:$NONE', 'app:${NONE}', 'app:${NONE:?say which}', 'app:${COMPUTED:-x}', 'app:${EMPTY:?x}'])(
    '%s takes what is not known here',
    (text) => {
      const template = parseTemplate(text);
      expect(template).not.toBeNull();
      expect(template === null ? '' : fillIn(template, KNOWN)).toBeNull();
    },
  );

  test('without any variables at hand only a text without them is known', () => {
    expect(fillIn(parseTemplate('app:v1') ?? [], null)).toBe('app:v1');
    expect(fillIn(parseTemplate('app:${TAG:-v1}') ?? [], null)).toBeNull();
  });

  test.each(['app:${TAG', 'app:${}', 'app:$', 'app:${1A}', 'app:${TAG:=x}', '${A:-'.repeat(20)])(
    '%s makes no sense',
    (text) => {
      expect(parseTemplate(text)).toBeNull();
    },
  );

  test('names are found also where they stand in for each other', () => {
    expect(variablesIn(parseTemplate('$A/${B:-${C}}') ?? [])).toEqual(['A', 'B', 'C']);
    expect(fixedTexts(parseTemplate('r/${A}app:${B}-x') ?? [])).toEqual(['r/', 'app:', '-x']);
  });

  test.each([
    ['app:${TAG:-v1}', 'app:v2', true],
    ['${IMAGE}', 'anything/at:all', true],
    ['${REGISTRY}app:${TAG}-slim', 'ghcr.io/a/app:v2-slim', true],
    ['app:${TAG}', 'other:v1', false],
    ['app:${TAG}-slim', 'app:v2', false],
    ['${A}x${B}y', 'zxzx', false],
    ['app:v1', 'app:v1', true],
    ['app:v1', 'app:v2', false],
    ['ab${A}ba', 'aba', false],
  ])('%s can become %s: %s', (text, image, can) => {
    expect(canBecome(parseTemplate(text) ?? [], image)).toBe(can);
  });
});

describe('.env', () => {
  test.each([
    ['TAG=v1', 'v1'],
    ['TAG = v1', 'v1'],
    ['export TAG=v1', 'v1'],
    ['TAG: v1', 'v1'],
    ['TAG="v1"', 'v1'],
    ["TAG='v1 $x'", 'v1 $x'],
    ['TAG=v1 # comment', 'v1'],
    ['TAG=v1#part', 'v1#part'],
    ['TAG=', ''],
    ['TAG=v0\r\nTAG=v1\r\n', 'v1'],
    ['# TAG=v0\n\nTAG=v1', 'v1'],
    ['KEY="a\nTAG=v0\n"\nTAG=v1', 'v1'],
    ["KEY='a\nTAG=v0'\nTAG=v1", 'v1'],
  ])('%j says %j', (text, value) => {
    expect(parseDotenv(text).get('TAG')).toBe(value);
  });

  test.each(['TAG=$OTHER', 'TAG="a${OTHER}"', 'TAG="a\\nb"', 'TAG="never closed', "TAG='never closed"])(
    '%j would have to be computed, and is not known',
    (text) => {
      expect(parseDotenv(text).get('TAG')).toBeNull();
    },
  );

  test('what is not set is not there', () => {
    expect(parseDotenv('OTHER=1\nnonsense\n=x').get('TAG')).toBeUndefined();
  });
});
