import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { unpacked } from '../../../../src/packages/rpm/unpacked.ts';
import { run } from '../../../../src/system/exec.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const text = '<metadata>ä</metadata>\n';

test('a text is what it was, whatever the end of its name says that packed it', async () => {
  expect(await unpacked(await folder.file('primary.xml', text))).toBe(text);
  expect(await unpacked(await folder.file('primary.xml.gz', gzipSync(text)))).toBe(text);
  const plain = await folder.file('other.xml', text);
  await run(['zstd', '-q', plain]);
  await run(['xz', plain]);
  for (const end of ['zst', 'xz']) expect(await unpacked(`${plain}.${end}`)).toBe(text);
});

test('what is not packed as its name says is an error', async () => {
  await expect(unpacked(await folder.file('primary.xml.gz', text))).rejects.toThrow();
  await expect(unpacked(await folder.file('primary.xml.xz', text))).rejects.toThrow();
});
