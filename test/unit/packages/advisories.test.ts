import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Advisory, Fix, JudgedPackage } from '../../../src/packages/advisory.ts';
import { openAdvisories } from '../../../src/packages/open-advisories.ts';
import { readAdvisories } from '../../../src/packages/read-advisories.ts';
import { isChangelog, readChangelogs } from '../../../src/packages/deb/changelogs.ts';
import { readTracker } from '../../../src/packages/deb/tracker.ts';
import { readUpdateinfo } from '../../../src/packages/rpm/updateinfo.ts';

const rpm = (name: string, version: string, module?: string, arch = 'x86_64'): JudgedPackage => ({
  ...{ type: 'rpm', name, version, arch },
  ...(module !== undefined && { module }),
});
const fix = (name: string, version: string, module?: string): Fix => ({ ...rpm(name, version, module) });
const advisory = (id: string, fixes: readonly Fix[], more: Partial<Advisory> = {}): Advisory => ({
  ...{ id, type: 'security', severity: 'Low', title: '', fixes },
  ...more,
});

describe('openAdvisories', () => {
  const isOpen = (installed: readonly JudgedPackage[], ...fixes: readonly Fix[]) =>
    openAdvisories(installed, [advisory('A', fixes)]).flatMap(({ packages }) => packages);

  it.each<[string, readonly JudgedPackage[], readonly Fix[], string | undefined]>([
    ['an older one', [rpm('a', '1-1')], [fix('a', '2-1')], '2-1'],
    ['the same', [rpm('a', '2-1')], [fix('a', '2-1')], undefined],
    ['no epoch is that of 0', [rpm('a', '0:2-1')], [fix('a', '2-1')], undefined],
    ['another architecture', [rpm('a', '1-1', undefined, 'i686')], [fix('a', '2-1')], undefined],
    ['another package', [rpm('b', '1-1')], [fix('a', '2-1')], undefined],
    ['the newest of several kernels', [rpm('a', '1-1'), rpm('a', '3-1')], [fix('a', '2-1')], undefined],
    ['that of its release', [rpm('a', '1-2.el9')], [fix('a', '1-2.el9'), fix('a', '1-3.el10')], undefined],
    [
      'too old for its release',
      [rpm('a', '1-1.el9')],
      [fix('a', '1-2.el9'), fix('a', '9-3.el10')],
      '1-2.el9',
    ],
    ['its stream', [rpm('a', '1-1', 'm:1')], [fix('a', '1-2', 'm:1'), fix('a', '2-1', 'm:2')], '1-2'],
    ['another stream', [rpm('a', '1-1', 'm:1')], [fix('a', '2-1', 'm:2')], undefined],
    ['of no stream', [rpm('a', '1-1')], [fix('a', '2-1', 'm:2')], undefined],
    [
      'of a stream that nobody names, the first number is the same',
      [rpm('a', '16.1-1.module+el8')],
      [fix('a', '16.2-1.module+el8'), fix('a', '18.2-1.module+el8')],
      '16.2-1.module+el8',
    ],
    ['of a module and of none', [rpm('a', '1-1.module_el8')], [fix('a', '2-1.el8')], undefined],
  ])('%s', (_, installed, fixes, fixed) => {
    expect(isOpen(installed, ...fixes).map((one) => one.fixed)).toEqual(fixed === undefined ? [] : [fixed]);
  });

  it('deb packages are compared by their sources', () => {
    const deb = (name: string, version: string, source?: JudgedPackage['source']): JudgedPackage => ({
      ...{ type: 'deb', name, version, arch: 'amd64' },
      ...(source && { source }),
    });
    const installed = [deb('libssl3', '3-1+b1', { name: 'openssl', version: '3-1' }), deb('openssl', '3-1')];
    expect(isOpen(installed, { type: 'deb', name: 'openssl', version: '3-2' })).toEqual([
      { name: 'openssl', binaries: ['libssl3', 'openssl'], installed: '3-1', fixed: '3-2' },
    ]);
    expect(isOpen(installed, { type: 'deb', name: 'openssl', version: '3-1' })).toEqual([]);
  });

  it('one id is one advisory, the worst first, security before all else', () => {
    const found = openAdvisories(
      [rpm('a', '1-1'), rpm('b', '1-1')],
      [
        advisory('B', [fix('a', '2-1')], { type: 'bugfix', severity: 'Critical' }),
        advisory('L', [fix('a', '2-1')]),
        advisory('C', [fix('a', '2-1')], { severity: 'Critical' }),
        advisory('C', [fix('b', '2-1'), fix('a', '2-1')], { severity: 'Critical' }),
      ],
    );
    expect(found.map(({ id, packages }) => [id, packages.length])).toEqual([
      ['C', 2],
      ['L', 1],
      ['B', 1],
    ]);
  });
});

describe('readUpdateinfo', () => {
  const update = (inner: string, words = 'type="security"') =>
    `<updates><update ${words}>${inner}</update></updates>`;
  const list = `<pkglist><collection><name>x</name><package name='a' version="1" release="2" epoch="3" arch="noarch"/>
<package version="1" release="2" arch="src" name="a"/></collection></pkglist>`;

  it('takes what stands at its place alone', () => {
    const text = `<?xml version="1.0"?>${update(`<id>A</id><title>a &lt;b&#62; &#x26; &amp;lt; &other;</title>${list}<references><id>no</id></references><severity>None</severity>`)}`;
    expect(readUpdateinfo(text)).toEqual([
      {
        ...{ id: 'A', type: 'security', severity: '', title: 'a <b> & &lt; &other;' },
        fixes: [{ type: 'rpm', name: 'a', arch: 'noarch', version: '3:1-2' }],
      },
    ]);
  });

  it('throws for what ends within an advisory, and takes what is none for none', () => {
    expect(() => readUpdateinfo('<updates><update><id>A</id>')).toThrow(/ends within the advisory A/);
    expect(readUpdateinfo('<html><id>A</id></html>')).toEqual([]);
    expect(readUpdateinfo(update('<id>A</id>', 'status="retracted"'))).toEqual([]);
  });

  it('reads anything in time that grows with its length', () => {
    const pieces = [
      '<update ',
      '<update>',
      '<package ',
      '</update>',
      '<!--',
      '-->',
      '<!ENTITY a "&a;&a;">',
      'x="',
      '&#',
      '<',
      '<id>',
    ];
    for (const piece of pieces) {
      const text = `<updates>${piece.repeat(400_000)}`;
      try {
        readUpdateinfo(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'advisories-damaged' });
      }
    }
  });

  it('what is written is read, whatever it holds', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((one) => `x${one}x`);
    const escaped = (one: string) => one.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
    fc.assert(
      fc.property(text, text, (id, name) => {
        const xml = update(
          `<id>${escaped(id)}</id><pkglist><collection><package name="${escaped(name)}" version="1" release="1" arch="x"/></collection></pkglist>`,
        );
        expect(readUpdateinfo(xml)).toMatchObject([{ id, fixes: [{ name }] }]);
      }),
    );
  });
});

describe('readTracker', () => {
  const told = (releases: object) => JSON.stringify({ glibc: { 'CVE-1': { releases } } });
  it.each<[string, object, number, number]>([
    ['mended', { bookworm: { status: 'resolved', fixed_version: '2' } }, 1, 0],
    ['never there', { bookworm: { status: 'resolved', fixed_version: '0' } }, 0, 0],
    ['not mended yet', { bookworm: { status: 'open' } }, 0, 1],
    ['of another release', { trixie: { status: 'resolved', fixed_version: '2' } }, 0, 0],
  ])('%s', (_, releases, count, unfixed) => {
    const found = readTracker(told(releases), 'bookworm');
    expect([found.advisories.length, found.unfixed.get('glibc') ?? 0]).toEqual([count, unfixed]);
  });

  it('one fault of two sources is one advisory', () => {
    const fault = {
      releases: { bookworm: { status: 'resolved', fixed_version: '2', urgency: 'not yet assigned' } },
    };
    const { advisories } = readTracker(JSON.stringify({ a: { C: fault }, b: { C: fault } }), 'bookworm');
    expect(advisories).toMatchObject([{ id: 'C', severity: '', fixes: [{ name: 'a' }, { name: 'b' }] }]);
  });

  it.each(['{', '[]', '{"a":1}', '{"a":{"b":{"releases":{"bookworm":{"status":3}}}}}'])(
    'throws for %s',
    (text) => {
      expect(() => readTracker(text, 'bookworm')).toThrow(/security tracker/);
    },
  );
});

describe('readChangelogs', () => {
  const entry = (version: string, words: string, name = 'a') =>
    `${name} (${version}) bookworm-security; urgency=HIGH\n\n  * ${words}\n\n -- A <a@b>  Mon, 01 Jan 2024\n\n`;

  it('the first version whose entry names a fault mends it', () => {
    const text =
      entry('1:3-1', 'CVE-2024-0001 again, CVE-2024-0002') +
      entry('1:2-1', 'CVE-2024-0001') +
      entry('5', 'CVE-2024-0001', 'b');
    expect(readChangelogs(text)).toMatchObject([
      {
        id: 'CVE-2024-0001',
        severity: 'high',
        fixes: [
          { name: 'a', version: '1:2-1' },
          { name: 'b', version: '5' },
        ],
      },
      { id: 'CVE-2024-0002', fixes: [{ version: '1:3-1' }] },
    ]);
  });

  it('is told from other text', () => {
    expect(isChangelog(entry('1', ''))).toBe(true);
    expect(isChangelog(`Get:1 http://a Changelog\nFetched 1 B\n${entry('1', '')}`)).toBe(true);
    expect(isChangelog('* Mon Jan 01 2024 A <a@b> - 1-1\n- CVE-2024-0001\n')).toBe(false);
  });
});

describe('readAdvisories', () => {
  it('needs a release for the tracker', () => {
    expect(readAdvisories('{}', 'f', 'bookworm').advisories).toEqual([]);
    expect(() => readAdvisories('{}', 'f', undefined)).toThrow(/f has no advisories for this image/);
    expect(readAdvisories(' \n<updates/>', 'f', undefined).advisories).toEqual([]);
  });
});
