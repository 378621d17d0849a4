import { existsSync, lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { appendFile, chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { RootimgError } from '../../../src/base/errors.ts';
import { copyDisc, missingBytes } from '../../../src/media/copy-disc.ts';
import { openFolder } from '../../../src/media/folder.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const mode = (name: string) => (statSync(at(name)).mode & 0o7777).toString(8);

beforeEach(async () => {
  await utimes(await folder.file('disc/Packages/a.rpm', 'package'), 5, 5);
  await utimes(await folder.file('disc/media.repo', 'repo'), 7, 7);
  await symlink('Packages', at('disc/link'));
});

const open = () => openFolder(at('disc'));
const copy = async () => copyDisc(await open(), at('to'), silentReporter().phase(''));

test('all of it is copied, and what is whole stays as it is', async () => {
  const steps: (number | undefined)[] = [];
  const phase = {
    ...silentReporter().phase(''),
    progress: (_: string, __?: number, all?: number) => steps.push(all),
  };
  await copyDisc(await open(), at('to'), phase as never);
  expect([read('to/Packages/a.rpm'), readlinkSync(at('to/link'))]).toEqual(['package', 'Packages']);
  expect(steps.length).toBe((await open()).entries.length);
  const inode = statSync(at('to/Packages/a.rpm')).ino;
  expect(await missingBytes(await open(), at('to'))).toBe(0);
  await copy();
  expect(statSync(at('to/Packages/a.rpm')).ino).toBe(inode);
});

test('what a killed copy or another disc left under a name of the disc is taken anew', async () => {
  await mkdir(at('to'));
  // Cut short; whole but for its time; a folder in the place of a file; a link of another disc.
  await mkdir(at('to/Packages'));
  await writeFile(at('to/Packages/a.rpm'), 'pack');
  await mkdir(at('to/media.repo'));
  await symlink('elsewhere', at('to/link'));
  await writeFile(at('to/other'), "another disc's");
  expect(await missingBytes(await open(), at('to'))).toBe('package'.length + 'repo'.length);
  await copy();
  expect([read('to/Packages/a.rpm'), read('to/media.repo'), readlinkSync(at('to/link'))]).toEqual([
    ...['package', 'repo', 'Packages'],
  ]);
  expect(read('to/other')).toBe("another disc's");
});

test('a file of another time is another file, though it has the size', async () => {
  await copy();
  await utimes(await folder.file('to/media.repo', 'REPO'), 8, 8);
  expect(await missingBytes(await open(), at('to'))).toBe('repo'.length);
  await copy();
  expect(read('to/media.repo')).toBe('repo');
});

test('the web server can read all of it, nobody else can write it, and no program runs as its owner', async () => {
  await chmod(at('disc/Packages'), 0o700);
  await chmod(at('disc/Packages/a.rpm'), 0o600);
  await chmod(at('disc/media.repo'), 0o4777);
  await copy();
  expect([mode('to/Packages'), mode('to/Packages/a.rpm'), mode('to/media.repo')]).toEqual([
    '755',
    '644',
    '755',
  ]);
});

test('what is not as the table of contents says is told by name', async () => {
  const medium = await open();
  await appendFile(at('disc/media.repo'), ' that grew');
  const error = await copyDisc(medium, at('to'), silentReporter().phase('')).catch(
    (reason: RootimgError) => reason,
  );
  expect(error).toMatchObject({ code: 'copy-incomplete', details: ['  media.repo'] });
  expect((error as RootimgError).message).toContain(`1 files of ${at('disc')}`);
  // And taken when the medium is right again.
  await utimes(await folder.file('disc/media.repo', 'repo'), 7, 7);
  await copy();
  expect(read('to/media.repo')).toBe('repo');
});

test('a link of the disc is never followed to write elsewhere', async () => {
  await rm(at('disc/link'));
  await utimes(await folder.file('disc/link', 'a file now'), 9, 9);
  await mkdir(at('to'));
  await symlink(at('victim'), at('to/link'));
  await copy();
  expect(existsSync(at('victim'))).toBe(false);
  expect(lstatSync(at('to/link')).isFile()).toBe(true);
});
