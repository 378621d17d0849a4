import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKeptMembers, writeKeptMembers } from '../../../../src/pack/layers/keep-members.ts';
import { memberTable } from '../../../../src/pack/members/member-table.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const plain = { mode: 0o100644, uid: 1, gid: 2, major: 3, minor: 4, link: 5, override: undefined };

function manyMembers() {
  const members = memberTable();
  members.addAt('.', { ...plain, size: 0, mtime: 10, ino: 1, ctime: 5000.25 });
  for (let number = 0; number < 20_000; number++) {
    const values = { ...plain, size: 2 ** 40 + number, mtime: -5, ino: 2 ** 33 + number, ctime: 1000.5 };
    members.addAt(`usr/\xff${number}`, values);
  }
  return members;
}

it('gives back what was written, but nothing that had not settled', async () => {
  const members = manyMembers();
  const path = join(folder.path, 'members');
  const header = { pack: 'ab', files: [['rootimg-1.sfs', 12.5]] as [string, number][] };
  const origins = Uint16Array.from({ length: members.length }, (_, index) => index % 300);
  const states = new Map([[3, 'x']]);
  await writeKeptMembers(path, { header, members, states, origins }, { since: 4000, latest: 7 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const found = await readKeptMembers(path);
  expect(found?.header).toEqual(header);
  expect(found?.states).toEqual(new Map([[3, 'x']]));
  expect(found?.origins).toEqual(origins);
  expect(found?.members.length).toBe(20_001);
  expect(found?.members.at(0)).toMatchObject({ path: '.', mtime: 7, ctime: NaN });
  for (const index of [1, 16_383, 16_384, 20_000]) {
    expect(found?.members.at(index)).toEqual(members.at(index));
  }
});

it('tells members of root from those of others, wherever they stand', async () => {
  const members = memberTable();
  const root = { ...plain, uid: 0, gid: 0, major: 0, minor: 0, link: 0, size: 1, mtime: 2, ino: 3, ctime: 1 };
  for (let number = 0; number < 33_000; number++) {
    members.addAt(`opt/${number}`, number === 20_000 ? { ...root, gid: 6, link: 9 } : root);
  }
  const path = join(folder.path, 'members');
  const origins = new Uint16Array(members.length);
  const kept = { header: { pack: '', files: [] }, members, states: new Map(), origins };
  await writeKeptMembers(path, kept, { since: 9000 });
  const found = (await readKeptMembers(path))?.members;
  for (const index of [0, 16_384, 19_999, 20_000, 20_001, 32_999]) {
    expect(found?.at(index)).toEqual(members.at(index));
  }
  found?.addAt('opt/new', { ...root, uid: 5 });
  expect(memberTable(members.columns).at(0).uid).toBe(0);
  expect([found?.at(33_000).uid, found?.at(32_999).uid]).toEqual([5, 0]);
});

it('gives nothing of a file that is not whole', async () => {
  const path = join(folder.path, 'members');
  expect(await readKeptMembers(path)).toBe(undefined);
  const members = manyMembers();
  const origins = new Uint16Array(members.length);
  const kept = { header: { pack: '', files: [] }, members, states: new Map(), origins };
  await writeKeptMembers(path, kept, { since: 0 });
  const bytes = readFileSync(path);
  const secondBlock = 4 + bytes.readUInt32LE(0);
  const thirdBlock = secondBlock + 4 + bytes.readUInt32LE(secondBlock);
  const spoilt = Buffer.from(bytes);
  spoilt.writeUInt8(spoilt.readUInt8(secondBlock + 100) ^ 1, secondBlock + 100);
  for (const part of [bytes.subarray(0, 3), bytes.subarray(0, thirdBlock), bytes.subarray(0, -1), spoilt]) {
    writeFileSync(path, part);
    expect(await readKeptMembers(path)).toBe(undefined);
  }
});
