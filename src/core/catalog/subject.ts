/** The subject of an event, from its data: every maker of a kind names the same entity with the same words. */

import type { EventKind } from './catalog.ts';

/** For each kind, templates of which the first that can be filled is the subject. */
const SUBJECTS: Readonly<Record<EventKind, readonly string[]>> = {
  'docker.container': ['{stack}/{service}/{number}', '{stack}/{name}', '{name}'],
  'docker.image': ['{name}', '{id}'],
  'docker.volume': ['{name}'],
  'docker.network': ['{name}', '{id}'],
  'docker.daemon': ['{host}'],
  'compose.service': ['{stack}/{service}/{number}'],
  'host.memory': ['{host}'],
  'host.disk': ['{fs_id}', '{mount}'],
  'host.load': ['{host}'],
  'host.process': ['{place}/{pid}', '{pid}'],
  'forge.push': ['{repo}@{ref}', '{repo}@{branch}', '{repo}#{pr}'],
  'forge.pull': ['{repo}#{number}'],
  'forge.review': ['{repo}#{number}/{reviewer}', '{repo}#{number}'],
  'forge.issue': ['{repo}#{number}'],
  'forge.comment': ['{repo}#{number}'],
  'forge.status': ['{repo}@{sha}/{context}'],
  'forge.release': ['{repo}@{tag}'],
  'forge.repository': ['{repo}/{what}/{ref}', '{what}/{ref}', '{repo}'],
  'ci.pipeline': ['{repo}/{number}'],
  'ci.agent': ['{name}/{number}', '{name}'],
  'session.phase': ['{session}'],
  'lock.file': ['{path}'],
  'factory.queue': ['{repo}'],
  'vault.item': ['{id}'],
  'session.terminal': ['{place}:{session}', '{session}'],
  'session.run': ['{place}:{session}', '{session}'],
  'session.files': ['{place}:{session}', '{session}'],
  worktree: ['{path}'],
  'git.repo': ['{path}'],
  'agent.log': ['{path}'],
  'agent.guard': ['{path}'],
  'evidence.file': ['{area}'],
  'reactor.source': ['{source}'],
  'reactor.effect': ['{effect}'],
  'reactor.rule': ['{rule}'],
  'reactor.store': ['{host}'],
  'reactor.tick': ['{host}'],
  'operator.command': ['{from}'],
};

/** The entity that data of a kind is about, `''` when the fields that name it are not filled in. */
export function subjectOf(kind: EventKind, data: Readonly<Record<string, unknown>>): string {
  for (const template of SUBJECTS[kind]) {
    const subject = fill(template, data);
    if (subject !== '') return subject;
  }
  return '';
}

function fill(template: string, data: Readonly<Record<string, unknown>>): string {
  let complete = true;
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = data[name];
    const known = (typeof value === 'string' && value !== '') || (typeof value === 'number' && value !== 0);
    complete &&= known;
    return known ? String(value) : '';
  });
  return complete ? filled : '';
}
