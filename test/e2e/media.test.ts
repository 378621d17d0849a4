import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { ensureSampleRepository, type SampleRepository } from '../../tools/sample-repo/index.ts';
import { type Administrator, administrator } from './lib/administrator.ts';

let admin: Administrator;
let sample: SampleRepository;
beforeAll(async () => {
  sample = await ensureSampleRepository(silentReporter());
  admin = await administrator();
});
afterAll(() => admin?.leave());

/** An installation medium as Rocky Linux 9 has it, with the packages of the sample repository. */
async function makeIso(): Promise<string> {
  const treeinfo = join(admin.base, 'treeinfo');
  const discinfo = join(admin.base, 'discinfo');
  const general = `arch = ${sample.arch}\nfamily = Rocky Linux\nname = Rocky Linux 9.4\nversion = 9.4\nvariant = BaseOS\n`;
  await writeFile(treeinfo, `[general]\n${general}`);
  await writeFile(discinfo, `1714985906.0\nRocky Linux 9.4\n${sample.arch}\nALL\n`);
  const iso = join(admin.base, 'rocky.iso');
  const grafts = [`.treeinfo=${treeinfo}`, `.discinfo=${discinfo}`, `BaseOS/=${sample.pkgdir}`];
  await run([
    'xorriso',
    '-as',
    'mkisofs',
    '-quiet',
    '-f',
    '-R',
    '-V',
    'ROCKY',
    '-o',
    iso,
    '-graft-points',
    ...grafts,
  ]);
  return iso;
}

/**
 * Runs a command of ours on a terminal, with somebody who answers each question once it is asked, and gives
 * what was on the screen.
 */
async function atTerminal(
  command: string,
  answers: readonly (readonly [question: RegExp, answer: string])[],
) {
  const line = `'${process.execPath}' '${join(process.cwd(), 'bin', command)}' --interactive`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { ...admin.env, TERM: 'dumb' },
    cwd: admin.base,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const left = [...answers];
  let screen = '';
  let unanswered = '';
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    unanswered += chunk;
    const next = left[0];
    if (next === undefined || !next[0].test(unanswered)) return;
    unanswered = '';
    // The last answer is for whatever is asked from then on.
    if (left.length > 1) left.shift();
    child.stdin.write(`${next[1]}\n`);
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, screen };
}

test('an image is built from a copied medium, with its default definition, chosen and confirmed at a terminal', async () => {
  const copied = await admin.type('copycds', await makeIso());
  expect(copied).toMatchObject({ status: 0 });
  expect(existsSync(join(admin.installdir, `rocky9.4/${sample.arch}/BaseOS/repodata/repomd.xml`))).toBe(true);

  const image = `rocky9.4-${sample.arch}-netboot-compute`;
  const { status, screen } = await atTerminal('genimage', [
    [/Which image\?/, 'nosuch'],
    [/Which image\?/, image],
    [/\[y\/N\]: /, 'y'],
  ]);
  expect(screen).toContain(`   ${image}\r\n`);
  expect(screen.match(/Which image\?/g)).toHaveLength(2);
  expect(screen).toContain('There is no image nosuch to build.');
  expect(screen).toContain('Is this ok [y/N]');
  expect(status, screen.slice(-3000)).toBe(0);

  const rootimgdir = join(admin.installdir, `netboot/rocky9.4/${sample.arch}/compute`);
  expect(existsSync(join(rootimgdir, 'initrd-stateless.gz'))).toBe(true);
  const manifest = JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8'));
  expect(manifest.build.packages.length).toBeGreaterThan(50);
  expect(manifest.build.repositories).toEqual([expect.objectContaining({ gpgcheck: true })]);
});

test('without an answer nothing is built, and a program gets the usage', async () => {
  const { status, screen } = await atTerminal('genimage', [[/Which image\?/, '\u0004']]);
  expect(status).toBe(1);
  expect(screen).toContain('Usage: genimage');
  const stopped = await atTerminal('genimage', [[/Which image\?/, '\u0003']]);
  expect(stopped.status).toBe(130);
  expect(stopped.screen).not.toContain('Usage: genimage');
  const piped = await admin.type('genimage');
  expect(piped.status).toBe(1);
  expect(piped.stdout).not.toContain('Which image');
});
