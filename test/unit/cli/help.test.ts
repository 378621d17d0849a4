import { describe, expect, it } from 'vitest';
import { helpText, jobs } from '../../../src/cli/help.ts';
import { commandNames, subcommandNames } from '../../../src/cli/manual/command-options.ts';
import { runCommand } from '../../../src/cli/main.ts';
import { recordedIo } from '../../lib/recorded-io.ts';

async function rootimg(...argv: string[]) {
  const { io, said } = recordedIo({ env: { ROOTIMG_HOME: '/nonexistent' }, cwd: '/' });
  const code = await runCommand(io, argv, 'rootimg');
  return { code, ...said };
}

describe('rootimg --help', () => {
  it('lists every command once, by job, in lines of a terminal', async () => {
    const listed = jobs.flatMap(([, commands]) => Object.keys(commands));
    expect(listed.toSorted()).toEqual([...commandNames, ...subcommandNames].sort());
    expect(
      helpText()
        .split('\n')
        .filter((line) => line.length > 79),
    ).toEqual([]);
    expect(await rootimg('--help')).toEqual({ code: 0, stdout: helpText(), stderr: '' });
  });
});

describe('an error of usage', () => {
  it('of an unknown command names the nearest', async () => {
    const { code, stderr } = await rootimg('pakcimage', 'x');
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'pakcimage' (did you mean packimage?).\n");
    expect((await rootimg('frobnicate')).stderr).not.toContain('mean');
  });

  it.each([
    [['boot'], 'Usage: rootimg boot [options] <name>'],
    [['boot', '--firmware', 'x', 'y'], 'Usage: rootimg boot [options] <name>'],
    [['check', '--nosuch', 'x'], 'Usage: rootimg check [options] <name>'],
    [['show', 'pkglist'], 'Usage: rootimg show pkglist [options] <name>'],
    [['cache', 'nosuch'], 'Usage: rootimg cache list|prune'],
    [['prune', '--keep', 'x', 'y'], 'Usage: rootimg prune [options] <name>'],
    [['packimage'], 'Usage: packimage [options] IMAGE'],
    [['packimage', '--nosuch', 'x'], 'Usage: packimage [options] IMAGE'],
    [['genimage', '--nosuch', 'x'], 'Usage: genimage [options] IMAGE'],
    [['rmdef'], 'Usage: rmdef'],
    [['mkdef', '--nosuch'], 'Usage: mkdef'],
    [['copycds', '--nosuch'], 'Usage: copycds'],
  ])('ends with the line that shows how: %j', async (argv, line) => {
    const { code, stderr, stdout } = await rootimg(...argv);
    if (code === 0) return expect(stdout).toContain('Usage');
    expect(stderr).toMatch(/^Error: /);
    expect(stderr.trimEnd().split('\n').at(-1)).toContain(line);
  });
});
