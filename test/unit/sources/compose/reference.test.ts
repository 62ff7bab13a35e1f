import { expect, test } from 'vitest';
import { isSameReference, keyOf, parseReference, spellingsOf } from '../../../../src/sources/compose/reference.ts';

const HEX = '0123456789abcdef'.repeat(4);

test.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.25', 'docker.io/library/nginx:1.25'],
  ['docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['index.docker.io/library/nginx:latest', 'docker.io/library/nginx:latest'],
  ['disinto/agents:latest', 'docker.io/disinto/agents:latest'],
  ['ghcr.io/johba/harb/app:v1.2', 'ghcr.io/johba/harb/app:v1.2'],
  ['localhost/app', 'localhost/app:latest'],
  ['registry:5000/app', 'registry:5000/app:latest'],
  ['harb_app', 'docker.io/library/harb_app:latest'],
  [`nginx:1.25@sha256:${HEX}`, `docker.io/library/nginx@sha256:${HEX}`],
  [HEX, `sha256:${HEX}`],
  [`sha256:${HEX}`, `sha256:${HEX}`],
])('%s is %s', (text, key) => {
  const reference = parseReference(text);
  expect(reference === null ? null : keyOf(reference)).toBe(key);
});

test.each([
  ['nothing', ''],
  ['a user and a password', 'ci:hunter2@registry.example/app:1'],
  ['a scheme', 'https://registry.example/app'],
  ['capital letters', 'Nginx:1.25'],
  ['a blank', 'nginx 1'],
  ['an empty tag', 'nginx:'],
  ['a digest that is none', 'nginx@latest'],
  ['a variable', 'nginx:${TAG}'],
  ['a very long text', `nginx:${'a'.repeat(600)}`],
])('%s is no reference', (_, text) => {
  expect(parseReference(text)).toBeNull();
});

test.each([
  ['nginx', 'docker.io/library/nginx:latest', true],
  [`nginx:1.25@sha256:${HEX}`, `nginx:1.24@sha256:${HEX}`, true],
  ['nginx:1.25', 'nginx:1.25.3', false],
  ['nginx', 'ghcr.io/library/nginx', false],
  ['disinto/agents', 'agents', false],
])('%s and %s: the same is %s', (a, b, same) => {
  const [one, other] = [parseReference(a), parseReference(b)];
  expect(one !== null && other !== null && isSameReference(one, other)).toBe(same);
});

test('an image of Docker Hub is spelled in many ways, another in one', () => {
  const spellings = (text: string): readonly string[] => {
    const reference = parseReference(text);
    return reference === null ? [] : spellingsOf(reference);
  };
  expect(spellings('nginx')).toEqual(expect.arrayContaining(['nginx', 'nginx:latest', 'docker.io/nginx']));
  expect(spellings('ghcr.io/a/b:1')).toEqual(['ghcr.io/a/b:1']);
});
