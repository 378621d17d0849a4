import { expect, test } from 'vitest';
import { dracutArgv } from '../../../src/genimage/initrd/dracut-argv.ts';
import { postinstallArgv, postinstallEnvironment } from '../../../src/genimage/postinstall.ts';
import { inLayerArgv, inRootArgv, overRootArgv } from '../../../src/sandbox/sandbox.ts';
import { sandboxScript } from '../../../src/sandbox/sandbox-script.ts';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import { aPlan } from './a-plan.ts';

test('a postinstall script gets tree, release, architecture, profile, then its own arguments', () => {
  expect(postinstallArgv(aPlan(), '/s/post', ['-v', 'a b'], '/i/rootimg')).toEqual([
    ...['/s/post', '/i/rootimg', 'rocky9.4', 'x86_64', 'compute'],
    ...['-v', 'a b'],
  ]);
});

test('the IMG_ variables carry the definition as written', () => {
  const request = {
    ...emptyRequest(),
    pkglist: '/a,/b',
    srcdir: '/os',
    otherpkglist: '/o',
    otherpkgdir: '/other',
  };
  expect(postinstallEnvironment(aPlan({ request }), '/i/rootimg', '5.14')).toEqual({
    IMG_NAME: 'compute',
    IMG_ARCH: 'x86_64',
    IMG_OSVER: 'rocky9.4',
    IMG_KERNELVERSION: '5.14',
    IMG_PROFILE: 'compute',
    IMG_PKGLIST: '/a,/b',
    IMG_PKGDIR: '/os',
    IMG_OTHERPKGLIST: '/o',
    IMG_OTHERPKGDIR: '/other',
    IMG_ROOTIMGDIR: '/i/rootimg',
  });
});

test('dracut makes no host-only initrd and takes our module', () => {
  const task = { kernelVersion: '5.14', dracutModules: ['dracut-systemd'], drivers: ['tg3', 'igb'] };
  const argv = dracutArgv(task, 'whole');
  expect(dracutArgv(task, 'programs')).toEqual(expect.arrayContaining([...argv, '--no-kernel']));
  expect(dracutArgv(task, 'drivers')).toEqual(expect.arrayContaining([...argv, '--kernel-only']));
  expect(argv).toContain('--no-hostonly');
  expect(argv[argv.indexOf('--modules') + 1]).toBe(
    'rootimg network base kernel-modules shutdown dracut-systemd',
  );
  expect(argv[argv.indexOf('--add-drivers') + 1]).toBe('tg3 igb');
  expect(argv.at(-1)).toBe('/run/rootimg/shared/initrd');
});

test('the sandbox script is constant: paths and words are parameters, whatever they hold', () => {
  const root = '/i/$(reboot)/rootimg';
  const script = (argv: string[]) => argv[argv.indexOf('sh') + 2];
  for (const argv of [
    overRootArgv(root, ['dnf', '`id`']),
    inRootArgv(root, ['rpm'], { uname: { release: "'", machine: 'x', cover: true } }),
    inLayerArgv(root, '/l', ['dracut'], { shared: '"; id' }),
  ]) {
    expect(script(argv)).toBe(sandboxScript);
    expect(argv).toContain(root);
  }
});

test('the network is cut off unless it is asked for', () => {
  expect(overRootArgv('/r', ['x'])).toContain('--net');
  expect(overRootArgv('/r', ['x'], { network: true })).not.toContain('--net');
});
