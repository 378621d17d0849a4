import { expect, it } from 'vitest';
import { isModule, moduleName, parseModuleIndex } from '../../../../src/genimage/initrd/module-index.ts';

it.each([
  ['kernel/drivers/net/virtio-net.ko.xz', 'virtio_net'],
  ['e1000.ko', 'e1000'],
  ['a/b/c-d_e.ko.zst', 'c_d_e'],
])('%s is %s', (path, name) => {
  expect(moduleName(path)).toBe(name);
  expect(isModule(path)).toBe(true);
});

it('other files are no modules', () => {
  for (const name of ['a.ko.bak', 'ko', 'modules.dep', 'a.ko.xz.sig']) expect(isModule(name)).toBe(false);
});

it('what a module needs comes in the order of loading', () => {
  const { dependencies, builtin } = parseModuleIndex(
    'k/a.ko: k/b.ko k/c-c.ko\nk/b.ko:\nnonsense\n',
    'k/loop.ko\n\n',
  );
  expect(Object.fromEntries(dependencies)).toEqual({ a: ['c_c', 'b'], b: [] });
  expect([...builtin]).toEqual(['loop']);
});
