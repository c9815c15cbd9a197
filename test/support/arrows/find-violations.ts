import type { Arrow, Violation } from './arrow.ts';
import type { SourceFacts } from './read-source.ts';
import { roomOf } from './rooms.ts';
import { closedRooms, handedIn, packageHomes, type RoomRule, roomRules } from './rules.ts';

/** Every wrong arrow of a set of files, by path; the order is that of the paths. */
export function findViolations(facts: ReadonlyMap<string, SourceFacts>): Violation[] {
  const violations: Violation[] = [];
  for (const [path, source] of facts) violations.push(...wrongInFile(path, source));
  return [...violations, ...wrongHomes(facts), ...wrongDetours(facts)];
}

function wrongInFile(path: string, { arrows, computed, globals }: SourceFacts): Violation[] {
  const room = roomOf(path);
  const rule = ruleOf(room);
  if (!room || !rule)
    return [{ from: path, to: path, rule: 'every file has a room', why: 'a new folder needs its line in test/support/arrows/rules.ts' }];
  const wrong: Violation[] = [];
  for (const arrow of arrows) {
    const reason = forbidden(room, rule, arrow);
    if (reason) wrong.push({ from: path, to: arrow.to, rule: reason, why: rule.why });
  }
  if (rule.may !== 'everything')
    for (const written of computed)
      wrong.push({ from: path, to: written, rule: 'no computed import', why: 'an arrow that cannot be read cannot be checked' });
  for (const { rooms, globals: banned, why } of handedIn)
    if (rooms.some((name) => covers(name, room)))
      for (const name of banned) if (globals.has(name)) wrong.push({ from: path, to: name, rule: `${room} may not use ${name}`, why });
  return wrong;
}

function ruleOf(room: string | null): RoomRule | undefined {
  return roomRules.find((candidate) => candidate.room === room) ?? roomRules.find(({ room: above }) => room?.startsWith(`${above}/`));
}

function mayStart(path: string, to: string): boolean {
  return ruleOf(roomOf(path))?.mayStart?.includes(to) ?? false;
}

/** The rule that the arrow breaks, or null. */
function forbidden(room: string, rule: RoomRule, arrow: Arrow): string | null {
  if (arrow.kind === 'node')
    return rule.node === 'all' || (rule.node !== 'none' && rule.node.includes(arrow.to))
      ? null
      : `${room} may not import ${rule.node === 'none' ? 'node: modules' : arrow.to}`;
  if (arrow.kind === 'package')
    return rule.packages === 'all' || rule.packages.includes(arrow.to) ? null : `${room} may not import the package ${arrow.to}`;
  if (rule.may === 'everything' || /(^|\/)package\.json$/.test(arrow.to)) return null;
  if (arrow.kind === 'start' && rule.mayStart?.includes(arrow.to)) return null;
  const target = roomOf(arrow.to);
  if (target === null) return `${room} may not import files outside the rooms`;
  if (!isApp(target) && topOf(room) === topOf(target)) return null;
  if (target === room || rule.may.some((name) => covers(name, target))) return null;
  if (arrow.typesOnly && rule.mayTypes?.some((name) => covers(name, target))) return null;
  return rule.mayTypes?.some((name) => covers(name, target))
    ? `${room} may import only types of ${target}`
    : `${room} may not import ${target}`;
}

/** Packages outside their home, or in more files than they may be. */
function wrongHomes(facts: ReadonlyMap<string, SourceFacts>): Violation[] {
  return packageHomes.flatMap(({ name, home, files, why }) => {
    const users = [...facts].filter(([, { arrows }]) => arrows.some(({ to, kind }) => kind === 'package' && to === name));
    const atHome = users.filter(([path]) => home.test(path));
    const astray = users.filter(([path]) => !home.test(path)).map(([path]) => ({ path, rule: `${name} is not imported here` }));
    const spare = atHome.slice(files).map(([path]) => ({ path, rule: `${name} is imported in one file: ${atHome[0]![0]}` }));
    return [...astray, ...spare].map(({ path, rule }) => ({ from: path, to: name, rule, why }));
  });
}

/** Closed rooms that reach a forbidden one through other files; each is reported with the way it goes. */
function wrongDetours(facts: ReadonlyMap<string, SourceFacts>): Violation[] {
  const wrong: Violation[] = [];
  for (const start of facts.keys()) {
    if (!closedRooms.rooms.some((room) => roomOf(start) === room)) continue;
    const cameFrom = new Map<string, string | null>([[start, null]]);
    const open = [start];
    for (let path = open.shift(); path !== undefined; path = open.shift()) {
      const room = roomOf(path);
      if (closedRooms.never.some((name) => room !== null && covers(name, room))) {
        const way = wayTo(path, cameFrom);
        if (way.length > 2)
          wrong.push({ from: start, to: path, rule: `never reaches ${room}: ${way.slice(1, -1).join(' -> ')}`, why: closedRooms.why });
        continue;
      }
      for (const { to, kind, typesOnly } of facts.get(path)?.arrows ?? [])
        if ((kind === 'file' || (kind === 'start' && !mayStart(path, to))) && !typesOnly && !cameFrom.has(to)) {
          cameFrom.set(to, path);
          open.push(to);
        }
    }
  }
  return wrong;
}

function wayTo(path: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const way = [path];
  for (let step = cameFrom.get(path); step; step = cameFrom.get(step)) way.unshift(step);
  return way;
}

/** Does the name of a room cover `room`: itself or a room below it? */
function covers(name: string, room: string): boolean {
  return room === name || (!isApp(name) && room.startsWith(`${name}/`));
}

/** The three rooms of src/app do not cover each other. */
function isApp(room: string): boolean {
  return room === 'app' || room.startsWith('app/');
}

function topOf(room: string): string {
  return room.split('/')[0]!;
}
