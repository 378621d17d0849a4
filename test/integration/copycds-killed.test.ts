import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorld, media, type World } from './copycds/world.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.remove());

const launcher = join(import.meta.dirname, '../../bin/copycds');

/**
 * A bsdtar that unpacks all but `missing`, begins that one, and then goes on with `then`; everything else it
 * leaves to the real one.
 */
async function fakeBsdtar(missing: string, then: string): Promise<string> {
  const folder = world.path('fake');
  await mkdir(folder, { recursive: true });
  const script = `#!/bin/sh
real() { PATH=\${PATH#*:} bsdtar "$@"; }
case $1 in -x*v*) ;; *) real "$@"; exit ;; esac
real "$@" --exclude '${missing}'
for last; do :; done
mkdir -p "$(dirname "$last/${missing}")"
printf half > "$last/${missing}"
echo $$ > '${world.path('pid.new')}' && mv '${world.path('pid.new')}' '${world.path('pid')}'
${then}
`;
  await writeFile(join(folder, 'bsdtar'), script);
  await chmod(join(folder, 'bsdtar'), 0o755);
  return `${folder}:${world.env['PATH']}`;
}

/** Starts copycds as a process of its own and waits until the copy is under way. */
async function startCopy(path: string, ...argv: string[]) {
  const child = spawn(process.execPath, [launcher, ...argv], { env: { ...world.env, PATH: path } });
  let output = '';
  child.stdout.on('data', (data: Buffer) => void (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => void (output += data.toString()));
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  await waitFor(() => existsSync(world.path('pid')) || child.exitCode !== null);
  if (!existsSync(world.path('pid'))) throw new Error(`copycds did not begin: ${output}`);
  const tool = Number(await readFile(world.path('pid'), 'utf8'));
  return { child, ended, tool, output: () => output };
}

/**
 * A process that has ended but that nobody has asked for yet (a machine whose first process reaps none) lives
 * no more.
 */
function lives(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function waitFor(condition: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    if (condition()) return true;
    await sleep(100);
  }
  return false;
}

const zlib = 'BaseOS/Packages/z/zlib.rpm';

describe('copycds killed in mid-copy', () => {
  it('leaves no process and nothing under the final name, and goes on', async () => {
    const iso = await world.iso('rocky', media.rocky);
    const path = await fakeBsdtar(zlib, 'exec sleep 300');
    const { child, ended, tool } = await startCopy(path, iso);
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(await waitFor(() => !lives(tool))).toBe(true);
    const target = join(world.installdir, 'rocky9.4/x86_64');
    const tree = join(world.installdir, 'rocky9.4/.rootimg-copycds-x86_64/tree');
    expect(existsSync(target)).toBe(false);
    const whole = await stat(join(tree, 'AppStream/Packages/a b.rpm'));
    const half = await stat(join(tree, zlib));
    expect(half.size).toBe(4);

    const again = await world.run(iso);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('Going on with the copy that was stopped.');
    for (const [name, content] of Object.entries(media.rocky)) {
      expect(await readFile(join(target, name), 'utf8')).toBe(content);
    }
    expect((await stat(join(target, 'AppStream/Packages/a b.rpm'))).ino).toBe(whole.ino);
    expect(await readdir(join(world.installdir, 'rocky9.4'))).toEqual(['x86_64']);
  });

  it('leaves the discs that were there before as they were', async () => {
    const one = await world.iso('centos1', media.centos1);
    const two = await world.iso('centos2', { ...media.centos2, 'Packages/a.rpm': 'newer' });
    await world.run(one);
    const target = join(world.installdir, 'centos6.3/x86_64');
    const before = await world.filesBelow(target);
    const { child, ended } = await startCopy(await fakeBsdtar('Packages/z.rpm', 'exec sleep 300'), two);
    child.kill('SIGKILL');
    await ended;
    expect(await world.filesBelow(target)).toEqual(before);
    expect(await readFile(join(target, 'Packages/a.rpm'), 'utf8')).toBe('a');
    expect((await world.run(two)).stdout).toContain('Going on');
    expect(await readFile(join(target, 'Packages/a.rpm'), 'utf8')).toBe('a');
    expect(await readFile(join(target, 'Packages/z.rpm'), 'utf8')).toBe('z');
  });

  it('told to stop, says what is left where', async () => {
    const iso = await world.iso('rocky', media.rocky);
    const { child, ended, tool, output } = await startCopy(await fakeBsdtar(zlib, 'exec sleep 300'), iso);
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(lives(tool)).toBe(false);
    const folder = join(world.installdir, 'rocky9.4/.rootimg-copycds-x86_64');
    expect(output()).toContain(`What was copied so far is in ${folder}`);
    expect(existsSync(join(folder, 'tree/AppStream'))).toBe(true);
  });

  it('keeps a second copycds out of the same distribution', async () => {
    const iso = await world.iso('rocky', media.rocky);
    const { child, ended } = await startCopy(await fakeBsdtar(zlib, 'exec sleep 300'), iso);
    const second = await world.run(iso);
    child.kill('SIGKILL');
    await ended;
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`is in use by copycds ${iso}`);
  });
});

describe('copycds whose bsdtar fails', () => {
  it('takes the copy away: a file of it may look whole', async () => {
    const iso = await world.iso('rocky', media.rocky);
    const path = await fakeBsdtar(zlib, 'echo "bsdtar: damaged" >&2; exit 1');
    const { ended, output } = await startCopy(path, iso);
    expect(await ended).toBe(1);
    expect(output()).toContain(`could not copy ${iso}`);
    expect(output()).toContain('bsdtar: damaged');
    expect(await readdir(join(world.installdir, 'rocky9.4'))).toEqual([]);
  });
});
