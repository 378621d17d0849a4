import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eachRpmHeader } from '../../../../src/packages/rpm/rpm-headers.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

/** A tree with a database of these bytes, or with a hole of so many. */
function treeWith(name: string, content: string | number): string {
  const root = `${folder.path}/${name}`;
  mkdirSync(`${root}/var/lib/rpm`, { recursive: true });
  const file = `${root}/var/lib/rpm/rpmdb.sqlite`;
  writeFileSync(file, typeof content === 'string' ? content : '');
  if (typeof content === 'number') truncateSync(file, content);
  return root;
}

test('a tree without a database has no package; what makes no sense or is huge is not read', async () => {
  const none = `${folder.path}/none`;
  mkdirSync(none);
  const never = () => expect.unreachable();
  expect(await eachRpmHeader(none, never)).toBe(true);
  expect(await eachRpmHeader(treeWith('empty', ''), never)).toBe(false);
  expect(await eachRpmHeader(treeWith('text', 'no database'), never)).toBe(false);
  const before = process.memoryUsage().arrayBuffers;
  expect(await eachRpmHeader(treeWith('hole', 600 * 1024 ** 2), never)).toBe(false);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 ** 2);
});
