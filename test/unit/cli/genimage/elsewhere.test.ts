import { expect, test } from 'vitest';
import { hostFor } from '../../../../src/cli/genimage/elsewhere.ts';
import { readGenimageArguments } from '../../../../src/cli/genimage/genimage-arguments.ts';

test.each([
  ['n1', 'x86_64', 'n1'],
  ['root@n1', 'x86_64', 'root@n1'],
  ['auto', 'x86_64', 'auto'],
  ['x86_64=n1,ppc64le=anna@n2', 'ppc64el', 'anna@n2'],
  ['amd64=auto,ppc64le=n2', 'x86_64', 'auto'],
])('--on %s for an image of %s is %s', (on, arch, host) => {
  const { elsewhere, names } = readGenimageArguments(['--on', on, 'a', 'b']);
  expect(hostFor(elsewhere?.on, arch)).toBe(host);
  expect(names).toEqual(['a', 'b']);
});

test('Slurm is told of what it may choose', () => {
  const { elsewhere, names } = readGenimageArguments(
    '--via slurm --partition=build --constraint a&b x y'.split(' '),
  );
  expect(elsewhere).toMatchObject({ on: undefined, slurm: { partition: 'build', constraint: 'a&b' } });
  expect(names).toEqual(['x', 'y']);
});

test('an architecture without a host is an error of the image', () => {
  const { elsewhere } = readGenimageArguments(['--on', 'x86_64=n1', 'a']);
  expect(() => hostFor(elsewhere?.on, 's390x')).toThrow('--on names no host for s390x');
});

test.each([
  ['--on x86_64=n1,n2 a', "--on takes a host or ARCH=HOST,ARCH=HOST, not 'x86_64=n1,n2'."],
  ['--on x86_64= a', "--on takes a host or ARCH=HOST,ARCH=HOST, not 'x86_64='."],
  ['--on x86_64=n1,amd64=n2 a', '--on names two hosts for amd64.'],
  ['--on n1 a b a', 'An image stands there twice: a b a'],
  ['--on-lost stop a', '--on-lost is for builds on another host.'],
  ['--on n1 --on-lost never a', "--on-lost is keep or stop, not 'never'."],
  [
    '--on n1 --onlyinitrd --dryrun a',
    '--onlyinitrd and --dryrun cannot be used together with --on, --via or --resume.',
  ],
  ['--via pbs a', "--via is slurm, not 'pbs'."],
  ['--via slurm --on n1 a', '--on names a host and --via has Slurm choose one: only one of them.'],
  ['--partition build a', '--partition and --constraint are for --via slurm.'],
  ['--via slurm --on-lost stop a', '--on-lost is for builds on another host.'],
  ['a b', 'More than one image name: a b'],
])('%s: %s', (words, message) => {
  expect(() => readGenimageArguments(words.split(' '))).toThrow(message);
});
