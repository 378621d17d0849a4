import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tidyAfterPack } from '../../../../src/pack/publish/after-pack.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const at = (path: string) => join(folder.path, path);

/** What is warned of. */
async function tidy(current: number | undefined, path = 'opt/xcat/xcatinfo'): Promise<string[]> {
  await folder.file('rootimg/opt/xcat/xcatinfo', 'old');
  for (const number of [1, 2, 3]) await mkdir(at(`generations/${number}`), { recursive: true });
  const warnings: string[] = [];
  const reporter = { ...silentReporter(), warn: (text: string) => void warnings.push(text) };
  const xcatinfo = { root: openTree(at('rootimg')), path, text: 'new' };
  await tidyAfterPack(folder.path, xcatinfo, { keep: 1, current }, reporter);
  return warnings;
}

describe('tidyAfterPack', () => {
  it('renews xcatinfo in the tree, and removes old generations', async () => {
    expect(await tidy(3)).toEqual([]);
    expect(readFileSync(at('rootimg/opt/xcat/xcatinfo'), 'utf8')).toBe('new');
    expect([1, 2, 3].map((number) => existsSync(at(`generations/${number}`)))).toEqual([false, false, true]);
  });

  it('a pack that kept none removes none', async () => {
    await tidy(undefined);
    expect(existsSync(at('generations/1'))).toBe(true);
  });

  it('what the file system refuses is a warning, and the rest is done', async () => {
    expect(await tidy(3, 'opt/xcat/xcatinfo/x')).toEqual([
      expect.stringContaining('still tells of an earlier pack'),
    ]);
    expect(existsSync(at('generations/1'))).toBe(false);
  });
});
