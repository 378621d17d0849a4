import { expect, it } from 'vitest';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import { checkPkglist, emptyListWarnings } from '../../../src/resolve/check-pkglist.ts';
import type { CompleteRequest } from '../../../src/resolve/node-defaults.ts';

const full = (changes: Partial<CompleteRequest>) =>
  ({
    ...emptyRequest(),
    profile: 'compute',
    osvers: 'rocky9.4',
    arch: 'x86_64',
    pkglist: '',
    ...changes,
  }) as CompleteRequest;
const defaults = { installdir: '/install', netbootDir: '/share/netboot/rocky', family: 'rocky' } as never;
const problems = (changes: Partial<CompleteRequest>, imageName?: string) =>
  checkPkglist(
    full(changes),
    { ...emptyRequest(), ...(imageName === undefined ? {} : { imageName }) },
    defaults,
  );

it('a request that names a list, or makes an initrd alone, needs none', () => {
  expect(problems({ pkglist: '/a.pkglist' })).toEqual([]);
  expect(problems({ onlyinitrd: true })).toEqual([]);
});

it('an image of a definition is told to be asked for again, where the definition is', () => {
  const [problem] = problems({ pkglist: ' , ' }, 'compute');
  expect(problem?.message).toBe("No --pkglist is given for the image 'compute'.");
  expect(problem?.hint).toContain('genimage --dryrun compute');
});

it('without one the file that would have been found is named', () => {
  const [problem] = problems({});
  expect(problem?.message).toContain('profile compute of rocky9.4 on x86_64');
  expect(problem?.hint).toMatch(/compute\.rocky9\.4\.x86_64\.pkglist into .*\/install\/custom.* and \/share/);
});

it('lists without a package are told', () => {
  const none = [{ passes: [] }] as never;
  expect(emptyListWarnings(full({ pkglist: '/a' }), none)).toEqual([
    expect.stringContaining('/a: nothing is installed'),
  ]);
  expect(emptyListWarnings(full({ onlyinitrd: true }), none)).toEqual([]);
  expect(emptyListWarnings(full({}), [{ passes: [{}] }] as never)).toEqual([]);
});
