import { describe, expect, it } from 'vitest';
import {
  chooseRelations,
  parseRelations,
  rpmRelation,
  rpmVersion,
} from '../../../../tools/sample-repo/depends.ts';

const requires = (field: string) => parseRelations(field).flat().map(rpmRelation);

describe('a Debian dependency as an RPM one', () => {
  it('reads groups, alternatives, bounds, architectures', () => {
    expect(parseRelations('libc6 (>= 2.34), perl:any, a | b (<< 1:2.0-3~)')).toEqual([
      [{ name: 'libc6', bound: { operator: '>=', version: '2.34' } }],
      [{ name: 'perl' }],
      [{ name: 'a' }, { name: 'b', bound: { operator: '<<', version: '1:2.0-3~' } }],
    ]);
    expect(parseRelations('')).toEqual([]);
  });

  it('refuses what it cannot read', () => {
    expect(() => parseRelations('libc6 (~ 2)')).toThrow('libc6 (~ 2)');
  });

  it('keeps epoch and revision of a bound', () => {
    expect(requires('a (= 1:2.36-9+deb12u14), b (>= 3.0)')).toEqual(['a = 1:2.36-9+deb12u14', 'b >= 3.0']);
  });

  it('lets every revision of a version be greater than the bare version, as dpkg does', () => {
    expect(requires('libc6 (>> 2.36), libc6 (<< 2.37)')).toEqual(['libc6 > 2.36-0', 'libc6 < 2.37']);
  });

  it('splits a version at the last hyphen', () => {
    expect(rpmVersion('1:9.2p1-2+deb12u10')).toEqual({ epoch: '1', version: '9.2p1', release: '2+deb12u10' });
    expect(rpmVersion('2.0-rc1-4')).toEqual({ version: '2.0_rc1', release: '4' });
    expect(rpmVersion('20250419~deb12u2')).toEqual({ version: '20250419~deb12u2', release: '0' });
  });

  it('takes the first alternative that the set offers, and nothing when it offers none', () => {
    const groups = parseRelations('x | dbus | y, gone');
    expect(chooseRelations(groups, (name) => name === 'dbus' || name === 'y')).toEqual([{ name: 'dbus' }]);
  });
});
