import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memberTable } from '../../../../src/pack/members/member-table.ts';
import { refuseUnmappedIds } from '../../../../src/pack/select/unmapped-ids.ts';

let proc: string;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
  mkdirSync(`${proc}/self`);
  mkdirSync(`${proc}/sys/kernel`, { recursive: true });
  for (const kind of ['uid', 'gid']) writeFileSync(`${proc}/sys/kernel/overflow${kind}`, '65534\n');
});
afterEach(() => rmSync(proc, { recursive: true }));

function map(uid: string, gid = uid): void {
  writeFileSync(`${proc}/self/uid_map`, uid);
  writeFileSync(`${proc}/self/gid_map`, gid);
}

function members(...owners: readonly (readonly [uid: number, gid: number])[]) {
  const table = memberTable();
  const rest = { mode: 0o100644, size: 0, mtime: 0, major: 0, minor: 0, link: 0, override: undefined };
  for (const [index, [uid, gid]] of owners.entries()) table.add('.', `file${index}`, { ...rest, uid, gid });
  return table;
}

const whole = '         0          0 4294967295\n';

test('where all ids are there, 65534 is an owner like others', () => {
  map(whole);
  refuseUnmappedIds(members([0, 0], [65534, 65534]), proc);
  rmSync(`${proc}/self`, { recursive: true });
  refuseUnmappedIds(members([65534, 65534]), proc);
});

test.each([
  ['only root', '         0       1000          1\n', whole],
  ['no groups', whole, '         0       1000          1\n'],
  ['a container without root', '0 1000 1\n1 100000 65536\n', '0 1000 1\n1 100000 65536\n'],
])('%s: files that show no owner of their own are named', (_, uid, gid) => {
  map(uid, gid);
  refuseUnmappedIds(members([0, 0], [0, 0]), proc);
  expect(() => refuseUnmappedIds(members([0, 0], [65534, 65534]), proc)).toThrow(
    expect.objectContaining({ code: 'ids-unmapped', message: expect.stringMatching(/group of file1\.$/) }),
  );
});
