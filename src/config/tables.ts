/** The other open tables of `reactor.toml`: rule variables, chat rooms, Docker hosts. */

import type { Checker } from './checker.ts';
import type { Config, DockerHost } from './config.ts';
import { accept, parseDockerUrl, parseRoom, parseName, refuse, type Parse } from './parsed.ts';
import { isTable, type TomlDocument } from './toml.ts';

type Vars = Config['rules']['vars'];
type Value = Vars[string][string];

/** `[vars.<pack>]`: values that replace those of a shipped rule pack. */
export function readVars(check: Checker): Vars {
  const packs = check.tablesIn(['vars']).map(([pack, table]) => {
    const values = Object.entries(table).flatMap(([name, raw]) => {
      const value = check.read(['vars', pack, name], raw, parseSimple);
      return value === null ? [] : [[name, value] as const];
    });
    return [pack, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(packs);
}

/** `[matrix.rooms]` but for `ops`, which is a setting: room ids by the names that rules use. */
export function readRooms(check: Checker, document: TomlDocument): Readonly<Record<string, string>> {
  const matrix = document.root['matrix'];
  const rooms = isTable(matrix) ? matrix['rooms'] : undefined;
  if (rooms === undefined) return {};
  if (!isTable(rooms)) {
    check.complain(['matrix', 'rooms'], 'is not a table', '[matrix.rooms]');
    return {};
  }
  const others = Object.entries(rooms).filter(([name]) => name !== 'ops');
  const entries = others.flatMap(([name, raw]) => {
    const room = check.read(['matrix', 'rooms', name], raw, parseRoom);
    return room === null ? [] : [[name, room] as const];
  });
  return Object.fromEntries(entries);
}

/** `[[docker]]`: the engines to watch, each with the name of its box; null when the file does not say. */
export function readDocker(check: Checker, document: TomlDocument, host: string): readonly DockerHost[] | null {
  const list = document.root['docker'];
  if (list === undefined) return null;
  if (!Array.isArray(list) || !list.every(isTable)) {
    check.complain(['docker'], 'is not a list of tables', '[[docker]]');
    return null;
  }
  const engines = list.flatMap((table, i) => {
    const path = ['docker', String(i)];
    check.only(path, table, ['host', 'url']);
    const name = check.read([...path, 'host'], table['host'] ?? host, parseName);
    const url = check.read([...path, 'url'], table['url'] ?? '', parseDockerUrl);
    return name === null || url === null ? [] : [{ host: name, url }];
  });
  engines.forEach(({ host: name }, i) => {
    const isFirst = engines.findIndex((engine) => engine.host === name) === i;
    if (!isFirst) {
      check.complain(['docker', String(i), 'host'], `"${name}" is the host of another engine`, 'a host of its own');
    }
  });
  return engines;
}

const parseSimple: Parse<Value> = (raw) => {
  if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean') return accept(raw);
  return refuse('is not a text, a number, true or false', '85');
};
