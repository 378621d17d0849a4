import { expect, it } from 'vitest';
import { lostOnNode, xattrList, xattrListMember } from '../../../../../src/pack/formats/cpio/xattr-list.ts';
import { memberTable } from '../../../../../src/pack/members/member-table.ts';

const members = memberTable();
const plain = {
  ...{ mode: 0o100644, uid: 0, gid: 0, size: 0, mtime: 0, major: 0, minor: 0, link: 0 },
  override: undefined,
};
for (const name of ['none', 'a=b\\\n', 'c']) members.add('.', name, plain);
const attributes = [
  [],
  [{ name: 'security.capability', value: '\x01\xff' }],
  [{ name: 'user.x', value: '' }],
];
const xattrs = { at: (index: number) => attributes[index] ?? [] };
const facts = {
  initrdPrograms: ['setfattr'],
  initrdModules: [],
  initrdAbilities: [],
  foreignInitrd: false,
  kernelVersion: '6.6.1',
};

it('is the dump that setfattr restores, signs of its own escaped', () => {
  expect(xattrList(members, xattrs).toString('latin1')).toBe(
    '# file: a\\075b\\134\\012\nsecurity.capability=0x01ff\n\n# file: c\nuser.x=0x\n',
  );
  expect(xattrList(members, { at: () => [] })).toHaveLength(0);
});

it('nobody but root may read the member', () => {
  expect(xattrListMember(Buffer.from('ab'), 5)).toMatchObject({ mode: 0o100600, size: 2, mtime: 5, uid: 0 });
});

it('tells what nodes lose: all without setfattr, user attributes before Linux 6.6', () => {
  expect(lostOnNode(members, xattrs, facts)).toEqual([]);
  expect(lostOnNode(members, { at: () => [] }, { ...facts, initrdPrograms: [] })).toEqual([]);
  expect(lostOnNode(members, xattrs, { ...facts, initrdPrograms: [] })[0]).toContain('Name attr in pkglist');
  expect(lostOnNode(members, xattrs, { ...facts, initrdPrograms: [], foreignInitrd: true })[0]).toContain(
    'not made by',
  );
  for (const kernelVersion of ['6.5.0', '5.14.0-1.el9', undefined]) {
    const [warning, ...more] = lostOnNode(members, xattrs, { ...facts, kernelVersion });
    expect(warning).toContain('user.x of c');
    expect(warning).not.toContain('capability');
    expect(more).toEqual([]);
  }
});
