import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { dnfVersion } from '../../../../src/packages/dnf/dnf-version.ts';

const asked = spawnSync('dnf', ['--version'], { encoding: 'utf8' });

// dnf5 has no modules of Python, and counts by its file.
test.skipIf(asked.status !== 0 || !/^4\./.test(asked.stdout))(
  'the version is the one that dnf says',
  async () => {
    expect(await dnfVersion()).toBe(execFileSync('dnf', ['--version'], { encoding: 'utf8' }).split('\n')[0]);
  },
);
