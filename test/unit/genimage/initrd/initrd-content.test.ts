import { expect, it } from 'vitest';
import { checkInitrd, contentOf } from '../../../../src/genimage/initrd/initrd-content.ts';

const member = (name: string, content?: string) => ({
  name,
  content: content === undefined ? undefined : Buffer.from(content),
});
const members = [
  member('lib/modules/6.1/kernel/net/virtio-net.ko.xz'),
  member('usr/bin/curl'),
  member('sbin/init'),
  member('usr/bin/sub/x'),
  member('usr/lib/rootimg/abilities/holes'),
  member('usr/lib/dracut/modules.txt', 'rootimg\nnetwork\n\n'),
] as Parameters<typeof contentOf>[0];

it('finds modules, programs, abilities and the parts of dracut', () => {
  expect(contentOf(members)).toMatchObject({
    modules: ['virtio_net'],
    programs: ['curl', 'init'],
    abilities: ['holes'],
    dracutModules: ['network', 'rootimg'],
  });
});

it('an initrd that would not boot is refused with all that it lacks', () => {
  const choice = (...drivers: string[]) => ({ drivers }) as unknown as Parameters<typeof checkInitrd>[1];
  expect(() => checkInitrd(contentOf(members), choice('virtio_net'))).not.toThrow();
  expect(() => checkInitrd(contentOf(members.slice(0, 2)), choice('virtio_net', 'e1000'))).toThrow(
    /left out of the initrd: .*rootimg, network, e1000\.ko\.$/,
  );
});
