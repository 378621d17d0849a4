import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DefWorld, fixtures, makeDefWorld } from './definition/world.ts';

const bin = join(import.meta.dirname, '../../bin');

interface Recorded {
  readonly definition?: string;
  readonly command: string;
  readonly stdout: string;
  readonly exitCode: number;
}

let world: DefWorld;
let home: string;
beforeEach(async () => {
  world = await makeDefWorld();
  home = world.home;
});
afterEach(() => world.remove());

function bash(script: string): { code: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, ROOTIMG_HOME: home };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: home, env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

describe('definition commands answer as the original did', () => {
  const recorded = join(fixtures, 'recorded');
  it.each(readdirSync(recorded))('%s', async (file) => {
    const run = JSON.parse(readFileSync(join(recorded, file), 'utf8')) as Recorded;
    if (run.definition !== undefined) await world.load(readFileSync(join(fixtures, run.definition), 'utf8'));
    const { code, stdout, stderr } = bash(run.command);
    expect(stdout, stderr).toBe(run.stdout);
    expect(code).toBe(run.exitCode);
  });

  it('stays silent when the reader of its output has gone', () => {
    const names = Array.from({ length: 100 }, (_, i) => `image${i}`);
    const stanzas = names.map((name) => `${name}:\n objtype=osimage\n description=${'long '.repeat(400)}\n`);
    const env = { ...process.env, ROOTIMG_HOME: home };
    spawnSync(join(bin, 'mkdef'), ['-z'], { input: stanzas.join(''), env });
    const { stdout, stderr } = bash('set -o pipefail; lsdef -t osimage -l | head -1');
    expect(stdout).toBe('Object name: image0\n');
    expect(stderr).toBe('');
  });

  it('says that its output could not be written, without a stack', () => {
    const { code, stderr } = bash('lsdef -t osimage > /dev/full');
    expect(stderr).toBe('Error: Standard output cannot be written: its file system is full.\n');
    expect(code).toBe(1);
    expect(bash('lsdef -t osimage nosuch 2> /dev/full').code).toBe(1);
  });

  it('loses no change of commands that run at once', () => {
    bash('mkdef -t osimage -o a imagetype=linux netdrivers=d0');
    const some = Array.from({ length: 8 }, (_, i) => `d${i + 1}`);
    bash(`for d in ${some.join(' ')}; do chdef -t osimage -o a -p netdrivers=$d & done; wait`);
    const { stdout } = bash('lsdef -t osimage -o a -i netdrivers -c');
    expect(stdout.trim().replace('a: netdrivers=', '').split(',').sort()).toEqual(['d0', ...some]);
    const made = bash('for p in 1 2 3 4; do mkdef -t osimage -o b profile=$p & done; wait');
    expect(made.stdout).toBe('1 object definitions have been created or modified.\n');
  });

  it('works where the current folder was removed', () => {
    const { code, stdout, stderr } = bash('mkdir gone; cd gone; rmdir ../gone; lsdef -t osimage');
    expect([code, stdout, stderr]).toEqual([0, 'Could not find any object definitions to display.\n', '']);
  });
});
