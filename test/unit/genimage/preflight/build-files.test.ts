import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuildContext } from '../../../../src/genimage/build-context.ts';
import { checkBuildFiles } from '../../../../src/genimage/preflight/build-files.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
import type { ShownKey } from '../../../../src/plan/public-key.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../a-plan.ts';

const folder = useFolder();

async function problems(changes: Partial<BuildPlan>): Promise<[string, string][]> {
  const dracutModuleDir = dirname(await folder.file('module-setup.sh'));
  const found = await checkBuildFiles(aPlan(changes), { dracutModuleDir } as BuildContext);
  return found.map(({ code, message }) => [code, message.replaceAll(folder.path, '~')]);
}

const script = (path: string) =>
  ({ postinstall: [{ path, arguments: [] }] }) as unknown as Partial<BuildPlan>;
const repository = { id: 'pkgdir-0', url: 'http://m', from: 'pkgdir' } as const;
const key = (changes: Partial<ShownKey> = {}): ShownKey => ({
  ...{ fingerprint: 'AB', userIds: ['Site'], created: '2020-01-01T00:00:00.000Z' },
  ...changes,
});

describe('postinstall scripts', () => {
  it('must be there, files, and executable', async () => {
    expect(await problems(script(`${folder.path}/none`))).toEqual([
      ['postinstall-unusable', 'The postinstall script ~/none does not exist.'],
    ]);
    expect(await problems(script(await folder.folder('x')))).toEqual([
      ['postinstall-unusable', 'The postinstall script ~/x is not a file.'],
    ]);
    expect(await problems(script(await folder.file('y', '', 0o644)))).toEqual([
      ['postinstall-unusable', 'The postinstall script ~/y is not executable.'],
    ]);
  });

  it('are not asked for where only an initrd is made', async () => {
    const { request } = aPlan();
    const plan = { ...script('/none'), request: { ...request, onlyinitrd: true } };
    expect(await problems(plan)).toEqual([]);
  });
});

describe('keys', () => {
  const file = (...publicKeys: ShownKey[]) => ({ path: '/k', sha256: '', role: 'key' as const, publicKeys });

  it('one is needed where a signature is checked', async () => {
    expect((await problems({ repositories: [repository] })).map(([code]) => code)).toEqual(['no-key']);
    expect(await problems({ repositories: [{ ...repository, unchecked: 'nogpgcheck' }] })).toEqual([]);
    const signedBy = { suite: 'x', components: [], signedBy: ['/k'] };
    expect(await problems({ repositories: [{ ...repository, deb: signedBy }] })).toEqual([]);
  });

  it('one that counts no more is refused by name and day, unless a renewed copy is there', async () => {
    const keys = [await folder.file('key')];
    const expired = file(key({ expires: '2024-02-03T00:00:00.000Z' }));
    const plan = { repositories: [repository], keys };
    expect(await problems({ ...plan, files: [expired] })).toEqual([
      ['key-unfit', 'The key AB (Site) of /k has expired on 2024-02-03.'],
    ]);
    expect(await problems({ ...plan, files: [expired, file(key())] })).toEqual([]);
  });

  it('and files of a CA must be readable', async () => {
    const keys = ['/none/key'];
    const repositories = ['a', 'b'].map((id) => ({ ...repository, id, sslcacert: '/none/ca' }));
    expect(await problems({ keys, repositories })).toEqual([
      ['file-unreadable', 'The key /none/key cannot be read.'],
      ['file-unreadable', 'The file of a CA /none/ca cannot be read.'],
    ]);
  });
});
