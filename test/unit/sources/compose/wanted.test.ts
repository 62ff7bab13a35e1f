import { expect, test } from 'vitest';
import { parseComposeFile } from '../../../../src/sources/compose/document.ts';
import { wantedImage } from '../../../../src/sources/compose/wanted.ts';

/** What files named /s/0.yml, /s/1.yml … want for the service `app`, in words. */
async function wanted(...texts: readonly string[]): Promise<string> {
  const files = await Promise.all(
    texts.map(async (text, i) => ({ path: `/s/${i}.yml`, ...(await parseComposeFile(text)) })),
  );
  const found = wantedImage(files, 'app');
  switch (found.is) {
    case 'image':
      return `${found.text} of ${found.file}`;
    case 'unknown':
      return `? ${found.reason}`;
    case 'built':
      return 'built';
  }
}

const app = (body: string): string => `services:\n  app:\n    ${body}\n`;

test.each([
  ['one file', [app('image: a:1')], 'a:1 of /s/0.yml'],
  ['the later of two', [app('image: a:1'), app('image: a:2')], 'a:2 of /s/1.yml'],
  ['the one that says an image', [app('image: a:1'), app('command: x')], 'a:1 of /s/0.yml'],
  ['an override of another service', [app('image: a:1'), 'services: {web: {image: b}}'], 'a:1 of /s/0.yml'],
  ['an override that says nothing', [app('image: a:1'), 'volumes: {}'], 'a:1 of /s/0.yml'],
  ['an empty image', [app('image: a:1'), app('image:')], 'a:1 of /s/0.yml'],
  ['an image and a build', [app('{image: a:1, build: .}')], 'a:1 of /s/0.yml'],
  ['an image, and a build above it', [app('image: a:1'), app('build: .')], 'a:1 of /s/0.yml'],
  ['variables as they are written', [app('image: a:${TAG:-1}')], 'a:${TAG:-1} of /s/0.yml'],
  ['JSON', ['{"services": {"app": {"image": "a:1"}}}'], 'a:1 of /s/0.yml'],
  ['an anchor', ['x-i: &i a:1\nservices: {app: {image: *i}}'], 'a:1 of /s/0.yml'],
  ['a merge key', ['x-b: &b {image: a:1}\nservices: {app: {<<: *b, command: x}}'], 'a:1 of /s/0.yml'],
  ['extends', ['services: {base: {image: a:1}, app: {extends: base}}'], 'a:1 of /s/0.yml'],
  ['extends as a table', ['services: {base: {image: a:1}, app: {extends: {service: base}}}'], 'a:1 of /s/0.yml'],
  ['an image over extends', ['services: {app: {image: a:2, extends: {file: b.yml, service: c}}}'], 'a:2 of /s/0.yml'],
  ['a file that includes others', ['include: [x.yml]\nservices: {app: {image: a:1}}'], 'a:1 of /s/0.yml'],
  ['other tags of Compose beside it', ['services: {app: {image: a:1, ports: !override ["1"]}}'], 'a:1 of /s/0.yml'],
])('%s names the image', async (_, texts, expected) => {
  expect(await wanted(...texts)).toBe(expected);
});

test('a service that is only built has no image to compare with', async () => {
  expect(await wanted(app('build: .'))).toBe('built');
  expect(await wanted(app('command: x'), app('build: {context: .}'))).toBe('built');
});

test.each([
  ['no YAML', ['services: [\n  app: "hunter2']],
  ['several documents', [`${app('image: a:1')}---\n${app('image: a:2')}`]],
  ['no table', ['hunter2']],
  ['a list of services', ['services: [app]']],
  ['an image that is none', [app('image: [hunter2]')]],
  ['a service that is none', ['services: {app: hunter2}']],
  ['neither image nor build', [app('command: hunter2')]],
  ['no such service', ['services: {web: {image: hunter2}}']],
  ['a service out of an included file', ['include: [hunter2.yml]\nservices: {}']],
  ['a base of another file', ['services: {c: {image: hunter2}, app: {extends: {file: b.yml, service: c}}}']],
  ['too many services', [`${app('image: a:1')}${many()}`]],
  ['a base in another file', [app('extends: {file: b.yml, service: hunter2}')]],
  ['bases in a circle', ['services: {app: {extends: b}, b: {extends: app}}']],
  ['an image that is said twice', [app('{image: a:1, image: a:2}')]],
  ['a service that is said twice', [`${app('image: a:1')}  app: {image: a:2}`]],
  ['services that are said twice', [`${app('image: a:1')}${app('image: a:2')}`]],
  ['a file of nothing but aliases', [`a: &a {}\nb: [${'*a, '.repeat(600)}]\n${app('image: a:1')}`]],
  ['a table as a key', [`? {a: b}\n: c\n${app('image: a:1')}`]],
  ['a file of nothing but depth', ['['.repeat(50_000)]],
  ['an image that is taken back', [app('image: a:1'), app('image: !reset null')]],
  ['a service that is replaced', [app('image: a:1'), 'services: {app: !override {build: .}}']],
  ['a billion laughs', [laughs()]],
])('%s is unknown, and nothing of the file is shown', async (_, texts) => {
  const said = await wanted(...texts);
  expect(said).toMatch(/^\? \/s\/\d\.yml/);
  expect(said).not.toContain('hunter2');
});

/** More than anybody has. */
function many(): string {
  return Array.from({ length: 1_001 }, (_, i) => `  s${i}: {image: hunter2}\n`).join('');
}

/** Nine levels of nine aliases. */
function laughs(): string {
  const level = (n: number): string => `l${n}: &l${n} [${Array.from({ length: 9 }, () => `*l${n - 1}`).join(', ')}]`;
  const levels = Array.from({ length: 9 }, (_, i) => level(i + 1));
  return ['l0: &l0 [x]', ...levels, app('image: a:1')].join('\n');
}

test('an unreadable file makes the image unknown, whatever the others say', () => {
  const files = [{ path: '/s/a.yml', read: false, flaw: 'there is no such file here' } as const];
  expect(wantedImage(files, 'app')).toEqual({ is: 'unknown', reason: '/s/a.yml: there is no such file here' });
});

test('a service that an included file may have is told from one that is gone', async () => {
  expect(await wanted('include: [x.yml]\nservices: {web: {image: b}}')).toBe('? /s/0.yml include other files');
  expect(await wanted('services: {web: {image: b}}')).toBe('? /s/0.yml: no service app');
});
