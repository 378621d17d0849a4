import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { own } from '../../src/base/own.ts';
import { advice } from './advice.ts';
import { placesIn } from './collect.ts';

/** A problem as the page has it. */
export interface Entry {
  readonly code: string;
  /** Undefined where the code puts it together from what it found. */
  readonly message: string | undefined;
  /** What to do. */
  readonly hints: readonly string[];
}

/** zod's own codes look like ours. */
const foreign = new Set(['custom']);

/** Every problem that the code below a folder can tell; several of one code, each with its own hints. */
export function allEntries(folder: string): Entry[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const places = files.sort().flatMap((name) => placesIn(join(folder, name)));
  const byMessage = new Map<string, Entry>();
  for (const { code, messages, hints } of places.filter((place) => !foreign.has(place.code))) {
    const telling = messages.filter(isTelling);
    for (const message of telling.length === 0 ? [undefined] : telling) {
      const key = `${code} ${message}`;
      const known = byMessage.get(key)?.hints ?? [];
      const all = [...new Set([...known, ...hints.filter(isTelling)])];
      byMessage.set(key, { code, message, hints: all });
    }
  }
  return [...byMessage.values()].map((entry) => {
    const more = own(advice, entry.code);
    return entry.hints.length > 0 || more === undefined ? entry : { ...entry, hints: [more] };
  });
}

/** More than the place of a value. */
function isTelling(text: string): boolean {
  return /[A-Za-z]{3}/.test(text);
}

const head = `# What a message means, and what to do

Every problem that rootimg tells, by the first words of its message that are always the same; … stands for what
differs from case to case. In brackets the code: \`--json\` has it beside the message. What to do stands below; most
often the command says it itself, in the line after the message.

\`npm run messages\` writes this page from the code; a test tells when a code is missing.
`;

/** The page, sorted by message; what has none of its own stands at the end, by code. */
export function messagesPage(entries: readonly Entry[]): string {
  const keyOf = ({ message, code }: Entry) => (message === undefined ? `~${code}` : sortKey(message));
  const sorted = [...entries].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
  return `${head}\n${sorted.map(entryText).join('\n')}`;
}

function entryText({ message, code, hints }: Entry): string {
  const below = hints.map((hint) => `  - ${plain(hint)}\n`).join('');
  return `- **${plain(message ?? 'what was found')}** (${code})\n${below}`;
}

/** Nothing of it means anything to Markdown; one line. */
function plain(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/([\\`*_[\]<>#|~])/g, '\\$1')
    .trim();
}

/** Without what differs at its beginning, quotation marks and capitals. */
function sortKey(message: string): string {
  return message.replace(/^[^A-Za-z]+/, '').toLowerCase();
}
