import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderComps } from '../../../../tools/sample-repo/comps.ts';
import { debianSpec } from '../../../../tools/sample-repo/convert.ts';
import { elSystem } from '../../../../tools/sample-repo/filesystem-package.ts';
import { computeList, elNames, wantedPackages } from '../../../../tools/sample-repo/packages.ts';

const bare = (relation: string) => relation.split(' ')[0] ?? '';

/** Names that can be installed by the tables alone; what dependencies bring besides is not counted. */
const offered = new Set([
  'kernel',
  'filesystem',
  ...elSystem().provides.map(bare),
  ...wantedPackages.flatMap((name) => [name, ...(elNames[name] ?? [])]),
]);

describe('EL names', () => {
  it('cover the list of the sample node', () => {
    expect(computeList.filter((name) => !offered.has(name))).toEqual([]);
  });

  it('cover the default profile of EL 9', () => {
    const folder = new URL('../../../../share/xcat/netboot/rh/include/', import.meta.url);
    const names = ['el-common', 'el-systemd', 'el9'].flatMap((list) =>
      readFileSync(new URL(`${list}.pkglist`, folder), 'utf8')
        .split('\n')
        .filter((line) => /^[^#\s]/.test(line)),
    );
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !offered.has(name))).toEqual([]);
  });

  it('are given to packages that the repository wants', () => {
    expect(Object.keys(elNames).filter((name) => !wantedPackages.includes(name))).toEqual([]);
  });

  it('are never given to two packages', () => {
    const all = Object.entries(elNames).flatMap(([name, names]) => [...new Set([name, ...names])]);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  it('name the RPM, which provides its Debian name and the others', () => {
    const pkg = {
      name: 'iputils-ping',
      version: '3:20221126-1',
      architecture: 'amd64',
      summary: 'ping',
      sha256: '',
      size: 1,
      depends: [[{ name: 'libcap2-bin' }], [{ name: 'libc6' }]],
      provides: [{ name: 'ping' }],
    };
    const spec = debianSpec(pkg, (name) => name === 'libc6');
    expect(spec).toMatchObject({
      name: 'iputils',
      epoch: '3',
      provides: ['iputils-ping = 3:20221126-1', 'ping'],
      requires: ['libc6', 'iputils-arping'],
      requiresBefore: ['filesystem'],
    });
  });
});

it('makes a group of the list', () => {
  const text = renderComps('compute-base', ['bash', 'kernel']);
  expect(text).toContain('<id>compute-base</id>');
  expect(text.match(/<packagereq type="mandatory">(bash|kernel)<\/packagereq>/g)).toHaveLength(2);
});
