import { describe, expect, it } from 'vitest';
import { unbootable } from '../../../../src/pack/formats/initrd-needs.ts';
import { formatOf } from '../../../../src/pack/formats/formats.ts';
import type { NodeFacts } from '../../../../src/pack/formats/node-facts.ts';

const own: NodeFacts = {
  initrdPrograms: ['gzip', 'zstd'],
  initrdModules: ['squashfs', 'erofs'],
  initrdAbilities: [],
  foreignInitrd: false,
  kernelVersion: '5.14.0',
};
const foreign: NodeFacts = { ...own, initrdPrograms: [], initrdModules: [], foreignInitrd: true };
const told = (method: string, compressor: string, facts: NodeFacts) =>
  unbootable(formatOf(method), compressor, facts, 'compute').join();

describe('what the initrd cannot read is told by name', () => {
  it.each([
    ['cpio', 'gzip'],
    ['tar', 'pigz'],
    ['cpio', 'xz'],
    ['squashfs', 'zstd'],
  ])('%s with %s is what any initrd reads that boots such images', (method, compressor) => {
    expect(told(method, compressor, foreign)).toBe('');
  });

  it('an initrd of another tool is seen to have nothing else', () => {
    expect(told('cpio', 'zstd', foreign)).toContain('may not unpack zstd');
    expect(told('erofs', 'lz4', foreign)).toContain('genimage --onlyinitrd compute');
  });

  it('an initrd of ours has what was seen in it', () => {
    expect(told('cpio', 'zstd', own)).toBe('');
    expect(told('erofs', 'lz4', own)).toBe('');
    expect(told('tar', 'xz', own)).toContain('xz in pkglist');
    expect(told('erofs', 'lz4', { ...own, initrdModules: [] })).toContain('cannot mount erofs');
  });

  it('without an initrd there is nothing to say yet', () => {
    expect(told('cpio', 'zstd', { ...foreign, initrdPrograms: undefined, foreignInitrd: false })).toBe('');
  });
});
