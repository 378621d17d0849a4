import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { copyIn } from '../../../../src/pack/customise/copy-in.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import type { Override } from '../../../../src/pack/members/override.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

beforeEach(async () => {
  await folder.file('from/sub/file', 'text', 0o750);
  symlinkSync('sub/file', join(folder.path, 'from/link'));
});

/** What is put in, by path, and what was passed over. */
function copied(followLinks: boolean, placeOf = (path: string) => path) {
  const puts = new Map<string, Override>();
  const skipped: string[] = [];
  copyIn(join(folder.path, 'from'), 'to', {
    followLinks,
    metadata: ({ mode }) => ({ mode: mode & 0o777, uid: 3, gid: 4 }),
    put: (override) => {
      puts.set(override.path, override);
      return placeOf(override.path);
    },
    onSkipped: (path) => skipped.push(path),
  });
  return { puts, skipped };
}

it('takes a folder in with all that is in it, links as they are', () => {
  const { puts } = copied(false);
  expect([...puts.keys()]).toEqual(['to', 'to/link', 'to/sub', 'to/sub/file']);
  expect(puts.get('to/link')).toMatchObject({ mode: fileType.symlink | 0o777, target: 'sub/file' });
  const source = join(folder.path, 'from/sub/file');
  expect(puts.get('to/sub/file')).toMatchObject({ uid: 3, gid: 4, content: { source, size: 4 } });
});

it('takes in what links point to, as the file itself', () => {
  const source = join(folder.path, 'from/sub/file');
  expect(copied(true).puts.get('to/link')).toMatchObject({
    ...{ mode: fileType.regular | 0o750, content: { source, size: 4 } },
  });
});

it('enters a folder that contains itself once on each way', () => {
  symlinkSync('..', join(folder.path, 'from/sub/up'));
  expect([...copied(true).puts.keys()]).toEqual([...['to', 'to/link', 'to/sub', 'to/sub/file', 'to/sub/up']]);
});

it('what lies in a folder goes where the folder really lies', () => {
  const { puts } = copied(false, (path) => (path === 'to/sub' ? 'elsewhere' : path));
  expect([...puts.keys()]).toContain('elsewhere/file');
});

it('passes over what is neither file, folder nor link, and names it', () => {
  execFileSync('mkfifo', [join(folder.path, 'from/pipe')]);
  const { puts, skipped } = copied(false);
  expect(skipped).toEqual([join(folder.path, 'from/pipe')]);
  expect(puts.has('to/pipe')).toBe(false);
});
