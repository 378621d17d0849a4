import { expect, test } from 'vitest';
import { type AptTask, commandWords, imageAptArgv } from '../../../../src/packages/apt/apt-call.ts';

const task: AptTask = {
  ...{ command: 'install', entries: [], environment: [], words: ['bash', 'nano='], sources: 'pass-1' },
  recommends: false,
};

test.each(['install', 'remove', 'upgrade'] as const)(
  '%s: nothing of a list is read as an option',
  (command) => {
    const argv = imageAptArgv({ ...task, command, words: ['--purge', 'bash'] }, ['--yes']);
    const end = argv.indexOf('--');
    if (command === 'upgrade') expect(argv).not.toContain('bash');
    else expect(argv.slice(end)).toEqual(['--', '--purge', 'bash']);
    // Our own options come before the command.
    expect(argv.indexOf('--yes')).toBeLessThan(
      argv.findIndex((word) => /^(install|remove|dist-upgrade)$/.test(word)),
    );
  },
);

test('lists may bring an older version; a removal may take what is essential, with its configuration', () => {
  expect(commandWords(task)).toContain('--allow-downgrades');
  expect(commandWords({ ...task, command: 'remove' })).toEqual(
    expect.arrayContaining(['--allow-remove-essential', '--purge']),
  );
});

test('what is recommended comes only where it is wanted, whatever the image says', () => {
  const said = (recommends: boolean) =>
    commandWords({ ...task, recommends }).filter((word) => word.startsWith('APT::Install-Recommends'));
  expect([said(false), said(true)]).toEqual([
    ['APT::Install-Recommends=false'],
    ['APT::Install-Recommends=true'],
  ]);
});

test('each task has its own repositories, and packages that stay as they are where it names them', () => {
  expect(imageAptArgv(task, []).join(' ')).toMatch(/Dir::Etc::sourcelist=\S+\/image-sources\/pass-1/);
  expect(imageAptArgv(task, []).join(' ')).not.toContain('preferences');
  expect(imageAptArgv({ ...task, pins: 'held' }, []).join(' ')).toMatch(
    /Dir::Etc::preferences=\S+\/pins\/held/,
  );
});
