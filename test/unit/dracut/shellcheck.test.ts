import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { moduleDir, shells } from './fake-node.ts';

const files = readdirSync(moduleDir).filter((name) => name.endsWith('.sh'));
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

describe('the dracut module', () => {
  it.skipIf(!hasShellcheck)('is clean for shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-x', '-P', 'SCRIPTDIR', ...files, 'last.conf'], {
      cwd: moduleDir,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });

  it.each(shells)('can be read by %s', (shell) => {
    for (const file of files) execFileSync(shell, ['-n', file], { cwd: moduleDir });
  });

  it('is written for any POSIX shell', () => {
    for (const file of files) {
      expect(execFileSync('head', ['-n', '1', file], { cwd: moduleDir, encoding: 'utf8' }), file).toBe(
        '#!/bin/sh\n',
      );
    }
  });
});
