import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findStall } from '../../../../../src/pack/formats/view/watch-stall.ts';
import { selectMembers } from '../../../../../src/pack/select/select.ts';
import { openTree } from '../../../../../src/system/tree/open-tree.ts';

test('a file that is a pipe now is found when nothing is written any more, and only then', async () => {
  const root = mkdtempSync(join(tmpdir(), 'rootimg-stall-'));
  const tree = openTree(root);
  try {
    for (const name of ['a', 'b', 'c']) writeFileSync(join(root, name), name);
    const input = { rules: [], overrides: new Map(), identity: [], kept: new Set<string>(), time: 0 };
    const { members } = await selectMembers({ root: tree, ...input });
    expect(await findStall(tree, members, join(root, 'a'), setTimeout(300), 20)).toBeUndefined();
    rmSync(join(root, 'b'));
    execFileSync('mkfifo', [join(root, 'b')]);
    expect(await findStall(tree, members, join(root, 'a'), new Promise(() => {}), 20)).toBe('b');
  } finally {
    tree.close();
    rmSync(root, { recursive: true });
  }
});
