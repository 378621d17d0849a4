import { describe, expect, it } from 'vitest';
import { diffLines, shortDiff } from '../../../../src/inspect/diff/diff-text.ts';
import type { FilesDiff, ImageDiff, PackageChange } from '../../../../src/plan/image-diff.ts';

const none: ImageDiff = { schema: 1, from: 'a', to: 'b', same: false, packages: [], notCompared: [] };
const noFiles: FilesDiff = {
  ...{ of: 'trees', setuid: [], capabilities: [], worldWritable: [], users: [], groups: [] },
  ...{ units: [], modules: [], configuration: [], unowned: [], packaged: [] },
};
const packages: PackageChange[] = [
  { name: 'bash', arch: 'x86_64', kind: 'up', from: '5.1', to: '5.2', bytes: 400_000 },
  { name: 'tool', arch: '', kind: 'added', to: '1', bytes: 3_000_000 },
  { name: 'old', arch: 'noarch', kind: 'removed', from: '2', bytes: -90_000 },
];

describe('diffLines', () => {
  it('says in one line that two are the same', () => {
    expect(diffLines({ ...none, same: true })).toEqual(['a → b: the same']);
  });

  it('counts packages by kind with the bytes of all, and has a line for each', () => {
    expect(diffLines({ ...none, packages })).toEqual([
      'a → b',
      'packages: 1 added, 1 removed, 1 up, +3.3 MB',
      '  ↑ bash 5.1 → 5.2 (x86_64)  +400 kB',
      '  + tool 1  +3.0 MB',
      '  - old 2 (noarch)  -90 kB',
    ]);
  });

  it('tells no sum where a size is not known', () => {
    const unknown = { name: 'x', arch: '', kind: 'rebuilt', from: '1', to: '1' } as const;
    expect(diffLines({ ...none, packages: [...packages, unknown] }).slice(1)).toEqual([
      'packages: 1 added, 1 removed, 1 up, 1 rebuilt',
      ...diffLines({ ...none, packages }).slice(2),
      '  ~ x 1',
    ]);
  });

  it('shows kernel, initrd and packed root, and what is not known on one side', () => {
    const lines = diffLines({
      ...{ ...none, kernel: { from: '5', to: '6' } },
      initrd: { size: { from: 40_000_000, to: 41_500_000 }, modules: { added: ['x', 'y'], removed: [] } },
      packed: { form: { to: 'rootimg.sfs' }, size: { from: 1e8, to: 2e8 }, memory: { from: 1e9, to: 2e9 } },
      notCompared: [{ what: 'files', why: 'no tree' }],
    });
    expect(lines.slice(1)).toEqual([
      'kernel: 5 → 6',
      'initrd: 40.0 MB → 41.5 MB',
      '  + x y',
      'packed root: none → rootimg.sfs',
      'download: 100.0 MB → 200.0 MB',
      'node memory: 1000.0 MB → 2000.0 MB',
      'Not compared: files (no tree)',
    ]);
  });

  it('shows files under their titles, with the text of a change, and no control characters', () => {
    const files = {
      ...noFiles,
      setuid: [{ name: '/usr/bin/\x1b[31mx', to: '4755 0:0' }],
      configuration: [{ name: '/etc/a', from: '1', to: '2', text: '-one\n+two\n' }],
    };
    const lines = diffLines({ ...none, files });
    expect(lines.join('\n')).not.toContain('\x1b');
    expect(lines.slice(3)).toEqual(['configuration:', '  ~ /etc/a  1 → 2', '      -one', '      +two']);
    expect(lines[1]).toBe('setuid and setgid:');
  });
});

describe('shortDiff', () => {
  it('is one line of what an administrator wants to know at once', () => {
    const said = shortDiff({
      packages,
      kernel: { from: '5', to: '6' },
      packed: { size: { from: 1e6, to: 2e6 } },
    });
    expect(said).toBe(
      'packages: 1 added, 1 removed, 1 up, +3.3 MB; kernel: 5 → 6; download: 1.0 MB → 2.0 MB',
    );
  });

  it('is nothing where there is nothing to tell', () => {
    expect(shortDiff({ packages: [], packed: { form: { from: 'a', to: 'b' } } })).toBeUndefined();
  });
});
