import { describe, expect, it } from 'vitest';
import { type BootedKernel, judgeModules, named } from '../../../../src/inspect/modules/judge-modules.ts';
import type { ModuleInfo } from '../../../../src/inspect/modules/module-info.ts';
import type { FoundModule } from '../../../../src/inspect/modules/read-modules.ts';

const magic = '5.14.0-1 SMP mod_unload modversions';
const info: ModuleInfo = {
  ...{ vermagic: magic, depends: [], firmware: [], undefined: [], isSigned: true },
  ...{ versions: new Map([['printk', 1]]), exports: new Map() },
};

function module(name: string, changes: Partial<ModuleInfo> | undefined = {}, isInTree = false): FoundModule {
  const path = `lib/modules/5.14.0-1/${name}.ko`;
  return { path, name, isInTree, info: changes === undefined ? undefined : { ...info, ...changes } };
}

const own = module('own', {}, true);
const booted: BootedKernel = {
  version: '5.14.0-1',
  symbols: { crcs: new Map([['printk', 1]]), exported: new Set(['printk']) },
  builtIn: new Set(['ext4']),
  wantsSignatures: false,
};

function reasons(
  changes: Partial<ModuleInfo> | undefined,
  kernel: Partial<BootedKernel> = {},
  ...more: FoundModule[]
) {
  const found = judgeModules([own, module('x', changes), ...more], { ...booted, ...kernel });
  return found.map(({ message }) => message.replace(/^.*?: /, '').replace(/\.$/, ''));
}

describe('judgeModules', () => {
  it.each<[string, Partial<ModuleInfo>]>([
    ['like the own ones', {}],
    ['of another release, by its symbol versions (weak-updates)', { vermagic: magic.replace('-1', '-2') }],
    ['that needs what is built in, or there', { depends: ['ext4', 'own'] }],
    ['that takes what the kernel gives', { undefined: ['printk'] }],
  ])('takes a module %s', (_, changes) => {
    expect(reasons(changes)).toEqual([]);
  });

  it.each<[string, Partial<ModuleInfo>, string]>([
    ['other flags', { vermagic: '5.14.0-1 SMP preempt mod_unload modversions' }, 'its version magic is'],
    [
      'another release and no versions',
      { vermagic: '5.14.0-2 SMP', versions: new Map() },
      'its version magic',
    ],
    ['no versions', { versions: new Map() }, 'it has no symbol versions, which this kernel asks for'],
    ['other CRCs', { versions: new Map([['printk', 2]]) }, 'it was compiled for other versions of printk'],
    ['unknown symbols', { undefined: ['a', 'b', 'c', 'd'] }, 'there is no symbol a, b, c and 1 more'],
    ['modules that are not there', { depends: ['gone'] }, 'it needs gone, which the image does not have'],
  ])('refuses one with %s', (_, changes, reason) => {
    expect(reasons(changes)).toEqual([expect.stringContaining(reason)]);
  });

  it('tells all that is wrong with one in one sentence', () => {
    const [said] = reasons({ depends: ['gone'], undefined: ['a'] });
    expect(said).toMatch(/no symbol a; it needs gone/);
  });

  it('refuses what cannot be read, and what is not signed where nodes ask for it', () => {
    expect(judgeModules([{ ...module('x'), info: undefined }], booted)).toHaveLength(1);
    expect(reasons({ isSigned: false }, { wantsSignatures: true })).toEqual([
      expect.stringContaining('Secure Boot'),
    ]);
  });

  it('a symbol of another added module counts, with its CRC', () => {
    const giver = module('giver', { exports: new Map([['given', 7]]) });
    const takes = (crc: number) => ({ undefined: ['given'], versions: new Map([['given', crc]]) });
    expect(reasons(takes(7), {}, giver)).toEqual([]);
    expect(reasons(takes(8), {}, giver)).toEqual(['it was compiled for other versions of given']);
  });

  it('without the list of the kernel no symbol is missed, and without own modules the release counts', () => {
    const unknown = { symbols: { crcs: new Map<string, number>(), exported: undefined } };
    expect(reasons({ undefined: ['anything'] }, unknown)).toEqual([]);
    const alone = judgeModules([module('x', { vermagic: '6.0 SMP', versions: new Map() })], booted);
    expect(alone[0]?.message).toContain("'5.14.0-1' was expected");
  });
});

it('named names three and counts the rest', () => {
  expect([named(['a']), named(['a', 'b', 'c']), named(['a', 'b', 'c', 'd', 'e'])]).toEqual([
    ...['a', 'a, b, c', 'a, b, c and 2 more'],
  ]);
});
