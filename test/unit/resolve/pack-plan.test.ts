import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../src/base/errors.ts';
import { compressors, methods } from '../../../src/pack/formats/formats.ts';
import { packPlanSchema } from '../../../src/plan/pack-plan.ts';
import { type PackInput, resolvePackPlan } from '../../../src/resolve/pack-plan.ts';
import { definitionOf, useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const attributes = { osvers: 'rocky9.4', osarch: 'x86_64', profile: 'compute', provmethod: 'netboot' };

function resolve(more: Record<string, string> = {}, input: Partial<PackInput> = {}) {
  return resolvePackPlan({
    name: 'img',
    definition: definitionOf({ ...attributes, ...more }),
    site: { installdir: join(folder.path, 'install'), tftpdir: '/tftpboot' },
    nosyncfiles: false,
    cwd: folder.path,
    searchPath: join(folder.path, 'bin'),
    ...input,
  });
}

async function problemsOf(more: Record<string, string>, input: Partial<PackInput> = {}) {
  try {
    await resolve(more, input);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

describe('resolvePackPlan', () => {
  it('resolves a whole definition into a plan that its schema accepts', async () => {
    const exlist = await folder.file('x.exlist', './usr/share/doc*\n+\n');
    const source = await folder.file('hosts');
    await folder.file('s.synclist', 'hosts -> $D/hosts\nhosts -> (n1) /etc/hosts\n');
    await folder.folder('install/postscripts');
    const { plan, notices } = await resolve(
      { exlist: 'x.exlist', synclists: 's.synclist', environvar: 'D=/etc', rootimgdir: 'out' },
      {
        method: 'tar',
        compressor: 'xz',
        rootPasswordHash: '$6$x',
        sourceDateEpoch: 0,
        site: { installdir: join(folder.path, 'install'), tftpdir: '/t', timezone: 'Europe/Berlin' },
      },
    );
    expect(packPlanSchema.parse(plan)).toEqual(plan);
    expect(plan).toMatchObject({
      image: {
        name: 'img',
        osvers: 'rocky9.4',
        arch: 'x86_64',
        profile: 'compute',
        rootimgdir: join(folder.path, 'out'),
      },
      method: 'tar',
      compressor: 'xz',
      rules: [{ pattern: './usr/share/doc*', kind: 'exclude', origin: { file: exlist, line: 1 } }],
      sync: [{ kind: 'copy', sources: [source], destination: '/etc/hosts' }],
      timezone: 'Europe/Berlin',
      rootPasswordHash: '$6$x',
      postscriptsDir: join(folder.path, 'install/postscripts'),
      sourceDateEpoch: 0,
      warnings: [expect.stringContaining('x.exlist:2')],
    });
    expect(notices).toEqual([expect.stringContaining('s.synclist:2')]);
  });

  it('has defaults: cpio, the usual folder, no postscripts', async () => {
    const { plan } = await resolve();
    expect(plan.image.rootimgdir).toBe(join(folder.path, 'install/netboot/rocky9.4/x86_64/compute'));
    expect(plan).toMatchObject({ method: 'cpio', compressor: 'gzip', rules: [], sync: [] });
    expect(plan).not.toHaveProperty('postscriptsDir');
    expect(plan).not.toHaveProperty('timezone');
  });

  it('takes pigz where it is installed', async () => {
    await folder.file('bin/pigz', '', 0o644);
    expect((await resolve()).plan.compressor).toBe('gzip');
    await folder.file('bin/pigz', '', 0o755);
    expect((await resolve()).plan.compressor).toBe('pigz');
    expect((await resolve({}, { compressor: 'gzip' })).plan.compressor).toBe('gzip');
  });

  it('takes zstd in squashfs where every kernel of the image reads it', async () => {
    const input = { method: 'squashfs' };
    const root = 'install/netboot/rocky9.4/x86_64/compute/rootimg';
    expect((await resolve({}, input)).plan.compressor).toBe('gzip');
    await folder.file(`${root}/boot/config-1`, 'CONFIG_A=y\nCONFIG_SQUASHFS_ZSTD=y\n');
    expect((await resolve({}, input)).plan.compressor).toBe('zstd');
    await folder.file(`${root}/lib/modules/2/config`, '# CONFIG_SQUASHFS_ZSTD is not set\n');
    expect((await resolve({}, input)).plan.compressor).toBe('gzip');
  });

  it.each(methods)('knows the method %s', async (method) => {
    expect((await resolve({}, { method })).plan.method).toBe(method);
  });

  it.each(compressors)('knows the compressor %s', async (compressor) => {
    for (const method of ['squashfs', 'erofs']) {
      expect((await resolve({}, { method, compressor })).plan.compressor).toBe(compressor);
    }
    const archive = resolve({}, { method: 'tar', compressor });
    if (!compressor.startsWith('lz4')) expect((await archive).plan.compressor).toBe(compressor);
    else await expect(archive).rejects.toThrow(`Invalid compress method '${compressor}' requested`);
  });

  it('takes lz4 in erofs', async () => {
    expect((await resolve({}, { method: 'erofs' })).plan.compressor).toBe('lz4');
  });

  it("refuses wrong methods in xCAT's words, with all other problems", async () => {
    const problems = await problemsOf(
      { provmethod: 'statelite', exlist: 'none', synclists: 'nosync' },
      { method: 'zip', compressor: 'bzip2' },
    );
    expect(problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining('provmethod=statelite'),
      "Invalid archive method 'zip' requested",
      "Invalid compress method 'bzip2' requested",
      expect.stringContaining("exlist '"),
      expect.stringContaining("synclist '"),
    ]);
    expect(problems[0]?.origin).toEqual({ file: 'image.stanza', line: 6 });
  });

  it('names the attributes that are missing', async () => {
    expect(await problemsOf({ osvers: '', profile: '' })).toMatchObject([
      { message: "Image 'img' has no osvers, profile." },
    ]);
  });

  it('does not read synclists with nosyncfiles', async () => {
    const { plan, notices } = await resolve({ synclists: 'none' }, { nosyncfiles: true });
    expect(plan.sync).toEqual([]);
    expect(notices).toEqual([]);
  });

  it('locks root without a password, and with secureroot', async () => {
    const open = await resolve();
    expect(open.plan).toMatchObject({ rootPasswordHash: '*', secureroot: false });
    const site = { installdir: '/i', tftpdir: '/t', secureroot: '1' };
    const secure = await resolve({}, { site, rootPasswordHash: '$6$x' });
    expect(secure.plan).toMatchObject({ rootPasswordHash: '*', secureroot: true, warnings: [] });
  });
});
