import { describe, expect, it } from 'vitest';
import type { Repository } from '../../../../src/plan/build-plan.ts';
import { aptWord, wantedBy } from '../../../../src/packages/apt/apt-words.ts';

const entry = (name: string) => ({ name, origin: { file: 'list', line: 1 } });
const repositories: Repository[] = [
  { id: 'a', url: 'file:///x', from: 'otherpkgdir', folders: ['site/tools'] },
  { id: 'b', url: 'file:///y', from: 'otherpkgdir', folders: [''] },
];

describe('words of apt', () => {
  it.each([
    ['bash', 'bash'],
    ['@ssh-server', 'ssh-server^'],
    ['ssh-server^', 'ssh-server^'],
    ['site/tools/site-hello', 'site-hello'],
    ['bash/bookworm-backports', 'bash/bookworm-backports'],
    ['/root/site.deb', '/root/site.deb'],
    ['bash=5.2-1:amd64', 'bash=5.2-1:amd64'],
  ])('%s is %s', (name, word) => {
    expect(aptWord(entry(name), repositories)).toBe(word);
  });

  it.each([
    ['bash', { name: 'bash', kind: 'package' }],
    ['g++', { name: 'g++', kind: 'package' }],
    [
      'libc6:i386=2.36-9+deb12u10',
      { name: 'libc6', kind: 'package', arch: 'i386', version: '2.36-9+deb12u10' },
    ],
    ['bash=1:5.2-1', { name: 'bash', kind: 'package', version: '1:5.2-1' }],
    ['bash/bookworm', { name: 'bash', kind: 'package' }],
    ['ssh-server^', { name: 'ssh-server', kind: 'task' }],
    ['linux-image-*', { name: 'linux-image-*', kind: 'pattern' }],
    ['/root/a_1_all.deb', { name: '/root/a_1_all.deb', kind: 'file' }],
  ])('%s asks for what it says', (word, wanted) => {
    expect(wantedBy(word)).toEqual(wanted);
  });
});
