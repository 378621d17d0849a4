import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { why } from '../../../src/pack/why.ts';
import type { ExcludeRule, PackPlan } from '../../../src/plan/pack-plan.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

beforeEach(async () => {
  await folder.file('rootimg/usr/bin/sh', 'x');
  await folder.file('rootimg/usr/share/doc/a/copyright', 'x');
  await symlink('usr/bin', join(folder.path, 'rootimg/bin'));
  const status = 'Package: dash\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n';
  await folder.file('rootimg/var/lib/dpkg/status', status);
  await folder.file('rootimg/var/lib/dpkg/info/dash.list', '/bin/sh\n');
});

/** Rules of an exlist, a line each: those that begin with `+` take back in. */
function ask(path: string, ...lines: string[]) {
  const rules = lines.map((line, index): ExcludeRule => {
    const kind = line.startsWith('+') ? 'include' : 'exclude';
    return { pattern: line.replace(/^\+/, ''), kind, origin: { file: 'x.exlist', line: index + 1 } };
  });
  const image = { name: 'a', osvers: 'debian12', arch: 'x86_64', profile: 'p', rootimgdir: folder.path };
  const plan = { schema: 1, image, rules, sync: [], rootPasswordHash: '*', secureroot: false, allowed: [] };
  return why({ ...plan, method: 'cpio', compressor: 'gzip' } as unknown as PackPlan, path);
}

describe('why', () => {
  it.each(['/usr/bin/sh', './usr/bin/sh', 'usr/bin/sh'])(
    '%s: no rule concerns it, and whose it is',
    async (path) => {
      expect(await ask(path)).toEqual({
        ...{ path, packed: true, reasons: ['No rule concerns it.'], package: 'dash_1_all' },
      });
    },
  );

  it('a path by way of a link is told where it lies', async () => {
    const { packed, reasons } = await ask('/bin/sh');
    expect([packed, reasons[0]]).toEqual([true, 'It is /usr/bin/sh: a link leads there.']);
  });

  it('names the rules that leave it out and take it back in, with their lines', async () => {
    const left = await ask('/usr/share/doc/a/copyright', './usr/share/doc/*');
    expect(left).toMatchObject({
      packed: false,
      reasons: ["x.exlist:1: './usr/share/doc/*' leaves it out."],
    });
    const taken = await ask('/usr/share/doc/a/copyright', './usr/share/doc/*', '+*copyright');
    expect(taken.packed).toBe(true);
    expect(taken.reasons.at(-1)).toBe("x.exlist:2: '+*copyright' takes it back in.");
  });

  it('a folder of something that is packed is packed all the same', async () => {
    const { packed, reasons } = await ask('/usr/share/doc/a', './usr/share/doc*', '+*copyright');
    expect([packed, reasons.at(-1)]).toEqual([
      true,
      'Packed all the same: a folder of something that is packed.',
    ]);
  });

  it('what the tree does not have is said to be missing', async () => {
    expect(await ask('/none')).toMatchObject({ packed: false, reasons: ['The tree does not have it.'] });
  });

  it('what packimage puts there is told', async () => {
    const { packed, reasons } = await ask('/opt/xcat/xcatinfo');
    expect([packed, reasons[0]]).toEqual([true, expect.stringMatching(/^packimage itself puts it there/)]);
  });
});
