import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasUnprintable, isProblem, readListFile } from '../../../src/resolve/list-file.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('lines have no blanks at their ends, Windows or not, and know their number', async () => {
  const bytes = Buffer.from('\ufeff a \r\n\r\n\tb');
  const list = await readListFile(await folder.file('l', bytes), 'pkglist', undefined);
  if (isProblem(list)) throw new Error(list.message);
  expect(list.lines.map(({ text, origin }) => [text, origin.line])).toEqual([
    ['a', 1],
    ['', 2],
    ['b', 3],
  ]);
  expect(list.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
});

it('what cannot be read is a problem at the place that names it', async () => {
  const origin = { file: 'image.stanza', line: 7 };
  const path = join(folder.path, 'none');
  const message = `The pkglist '${path}' cannot be read: it does not exist.`;
  const found = await readListFile(path, 'pkglist', origin);
  expect(found).toEqual({ code: 'file-unreadable', message, origin });
  expect(isProblem(found)).toBe(true);
});

it('controls and bytes that are no text are unprintable; blanks, tabs and letters of all languages are not', () => {
  expect(['a\x1bb', '\0', 'a\rb', '\ufffd', '\x7f'].filter((text) => !hasUnprintable(text))).toEqual([]);
  fc.assert(fc.property(fc.stringMatching(/^[ \tA-Za-zäöü木.+-]*$/), (text) => !hasUnprintable(text)));
});
