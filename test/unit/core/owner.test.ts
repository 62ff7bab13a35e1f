import { expect, test } from 'vitest';
import { ownerOf, type Owned } from '../../../src/core/owner.ts';

const sibling = { owner: '@johba', contact: '', repo: '', note: '', room: '!harb:x' };
const ownership = { ownStacks: ['disinto'], siblings: new Map([['harb', sibling]]) };

const thing = (more: Partial<Owned>): Owned => ({ name: 'x', stack: '', labels: {}, ...more });
const factory = { managed: true, owner: 'factory', room: '' };

test.each([
  ['the label says so', thing({ stack: 'harb', labels: { 'com.disinto.managed': 'true' } }), factory],
  ['a project of the factory', thing({ stack: 'disinto' }), factory],
  ['named like the factory, outside any stack', thing({ name: 'disinto-agents' }), factory],
  [
    'named like the factory, in a foreign stack',
    thing({ name: 'disinto-agents', stack: 'harb' }),
    { managed: false, owner: '@johba', room: '!harb:x' },
  ],
  [
    'the label says that it is not',
    thing({ stack: 'disinto', labels: { 'com.disinto.managed': 'false' } }),
    { managed: false, owner: 'unknown', room: '' },
  ],
  ['a stack in the table', thing({ stack: 'harb' }), { managed: false, owner: '@johba', room: '!harb:x' }],
  [
    'an owner label goes before the table',
    thing({ stack: 'harb', labels: { 'com.disinto.owner': '@eve' } }),
    { managed: false, owner: '@eve', room: '!harb:x' },
  ],
  ['a stack nobody named', thing({ stack: 'harbour' }), { managed: false, owner: 'unknown', room: '' }],
  [
    'an empty owner label',
    thing({ stack: 'z', labels: { 'com.disinto.owner': '' } }),
    { managed: false, owner: 'unknown', room: '' },
  ],
  ['a lone container', thing({ name: 'postgres' }), { managed: false, owner: 'unknown', room: '' }],
])('%s', (_, owned, expected) => {
  expect(ownerOf(owned, ownership)).toEqual(expected);
});

test.each(['yes', 'True', '', 'true '])('the label "%s" is not true, whatever else speaks for the factory', (label) => {
  const owned = thing({ stack: 'disinto', name: 'disinto-agents', labels: { 'com.disinto.managed': label } });
  expect(ownerOf(owned, ownership)).toEqual({ managed: false, owner: 'unknown', room: '' });
});
