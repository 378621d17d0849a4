import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOrigin } from '../../../src/errors.ts';
import { readExcludeLists } from '../../../src/resolve/exclude-list.ts';
import { readPackageLists } from '../../../src/resolve/package-list.ts';
import { readSyncLists } from '../../../src/resolve/sync-list.ts';
import { useFolder } from './folder.ts';

const folder = useFolder();
const runs = { numRuns: 300 };

const piece = fc.oneof(
  fc.constantFrom('#INCLUDE:', '#ENV:', '#NEW_INSTALL_LIST#', '#', ',', '-', '--', '+', '@', ' ', '\t', '\r'),
  fc.constantFrom(
    ' -> ',
    '(n1,n2)',
    'EXECUTE:',
    'APPEND:',
    'MERGE:',
    '/etc/passwd',
    '$A',
    '${A}',
    '*',
    '[',
    ']',
    '=',
    './',
  ),
  fc.constantFrom('a', 'self', 'other', 'missing', 'A=1', 'dir/sub/pkg', '"', "'", '\0', '\u00e9'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('').replaceAll('\n', ''));
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
const bytes = fc.oneof(
  text.map((it) => Buffer.from(it)),
  fc.tuple(text, fc.nat(), fc.nat(255)).map(([it, at, byte]) => {
    const buffer = Buffer.from(`${it}x`);
    buffer[at % buffer.length] = byte;
    return buffer;
  }),
);

/** Line numbers of `self` that mean something: not blank and no comment. */
function meaningful(content: Buffer, isComment: (line: string) => boolean): number[] {
  const lines = content
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n');
  return lines.flatMap((one, index) => (one.trim() === '' || isComment(one.trim()) ? [] : [index + 1]));
}

/** Line numbers of `path` that appear in a result, in entries and in diagnostics alike. */
function mentioned(path: string, ...found: unknown[]): Set<number> {
  const lines = new Set<number>();
  const escaped = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const all = JSON.stringify(found);
  for (const [, number] of all.matchAll(new RegExp(`"file":"${escaped}","line":(\\d+)`, 'g')))
    lines.add(Number(number));
  for (const [, number] of all.matchAll(new RegExp(`${escaped}:(\\d+)`, 'g'))) lines.add(Number(number));
  return lines;
}

describe('any bytes as a list', () => {
  it('package lists: each line comes back or is named', async () => {
    await folder.file('other', 'included\n#NEW_INSTALL_LIST#\n');
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom('pkglist' as const, 'otherpkglist' as const),
        async (content, kind) => {
          const path = await folder.file('self', content);
          const lists = await readPackageLists('self', kind, { cwd: folder.path, variables: { A: 'a' } });
          const named = mentioned(path, lists.passes, lists.problems, lists.warnings);
          const comment = (one: string) => /^[\s,]*(#|$)/.test(one);
          for (const number of meaningful(content, comment))
            expect(named, formatOrigin({ file: path, line: number })).toContain(number);
        },
      ),
      runs,
    );
  });

  it('exlists: each line comes back or is named', async () => {
    await folder.file('other', './included\n');
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const path = await folder.file('self', content);
        const lists = await readExcludeLists('self', folder.path);
        const named = mentioned(path, lists.rules, lists.problems, lists.warnings);
        for (const number of meaningful(content, (one) => one.startsWith('#')))
          expect(named).toContain(number);
      }),
      runs,
    );
  });

  it('synclists: each line comes back or is named', async () => {
    await folder.file('a', '');
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const path = await folder.file('self', content);
        const lists = await readSyncLists('self', folder.path, { A: 'a' });
        const named = mentioned(path, lists.entries, lists.problems, lists.notices);
        const silent = (one: string) => /^((EXECUTE|EXECUTEALWAYS|APPEND|MERGE):\s*)?(#|$)/.test(one);
        for (const number of meaningful(content, silent)) expect(named).toContain(number);
      }),
      runs,
    );
  });
});
