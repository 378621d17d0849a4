import { describe, expect, it } from 'vitest';
import { changedMembers } from '../../../../src/pack/layers/changed-members.ts';
import type { KnownMembers } from '../../../../src/pack/layers/known-members.ts';
import { type MemberValues, memberTable } from '../../../../src/pack/members/member-table.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { impliedFolder } from '../../../../src/pack/members/override.ts';

const file: MemberValues = {
  ...{ mode: fileType.regular | 0o644, uid: 1, gid: 2, size: 3, mtime: 4, major: 0, minor: 0, link: 0 },
  ...{ ino: 7, ctime: 8.5, override: undefined },
};

function known(values: readonly Partial<MemberValues>[], states: ReadonlyMap<number, string> = new Map()) {
  const members = memberTable();
  for (const [index, value] of values.entries()) members.addAt(`f${index}`, { ...file, ...value });
  return { members, states };
}

/** Of files that all have one at their path. */
const changed = (old: KnownMembers, now: KnownMembers, latest = Infinity) => [
  ...changedMembers(
    old,
    now,
    { before: Int32Array.from({ length: now.members.length }, (_, i) => i) },
    latest,
  ),
];

describe('changedMembers', () => {
  it.each([
    { ctime: 9 },
    { ino: 8 },
    { size: 4 },
    { mode: fileType.regular | 0o600 },
    { uid: 5 },
    { gid: 5 },
    { mtime: 5 },
    { minor: 1 },
    { major: 1 },
  ])('sees %o', (other) => {
    expect(changed(known([{}]), known([{}]))).toEqual([0]);
    expect(changed(known([{}]), known([other]))).toEqual([1]);
  });

  it('takes what had not settled for another one, and late times for the latest', () => {
    expect(changed(known([{ ctime: NaN }]), known([{ ctime: NaN }]))).toEqual([1]);
    expect(changed(known([{ mtime: 10 }]), known([{ mtime: 12 }]), 10)).toEqual([0]);
    // An earlier pack with a later one shows that.
    expect(changed(known([{ mtime: 11 }]), known([{ mtime: 12 }]), 10)).toEqual([1]);
  });

  it('knows what does not come from the tree by its state alone', () => {
    const ours = { ...file, ino: 0, ctime: 0, override: impliedFolder('f0') };
    const { override: _, ...kept } = ours;
    const old = (state?: string) => known([kept], new Map(state === undefined ? [] : [[0, state]]));
    const now = (state?: string) => known([ours], new Map(state === undefined ? [] : [[0, state]]));
    expect(changed(old('a'), now('a'))).toEqual([0]);
    expect(changed(old('a'), now('b'))).toEqual([1]);
    expect(changed(old(), now())).toEqual([1]);
    expect(changed(old('a'), known([kept]))).toEqual([1]);
  });

  it('takes all names of a file for others when one is', () => {
    const names = [{ link: 2 }, { link: 2 }, { link: 3, ino: 9 }, { link: 3, ino: 9 }];
    const renumbered = names.map((one) => ({ ...one, link: one.link + 5 }));
    expect(changed(known(names), known(renumbered))).toEqual([0, 0, 0, 0]);
    expect(changed(known(names), known(names.with(1, { link: 2, ...{ size: 9 } })))).toEqual([1, 1, 0, 0]);
    expect(changed(known([...names, { link: 2 }]), known(names))).toEqual([1, 1, 0, 0]);
    expect(changed(known(names), known([{ link: 2 }, { link: 2 }, { link: 2 }, { link: 2 }]))).toEqual([
      1, 1, 1, 1,
    ]);
    expect(changed(known([{ link: 1 }, { link: 1 }]), known([{}]))).toEqual([1]);
  });
});
