import { expect, it } from 'vitest';
import { type Answers, askAll, ownAddress } from '../../../../src/cli/init/questions.ts';

const defaults: Answers = {
  installdir: '/install',
  tftpdir: '/tftpboot',
  master: undefined,
  pkgdir: undefined,
  image: 'first',
};
const all = ['installdir', 'tftpdir', 'master', 'pkgdir', 'image'] as const;

/** Answers in turn; keeps what was asked. */
function answering(...answers: (string | undefined)[]) {
  const heard: string[] = [];
  const ask = async (question: string) => {
    heard.push(question);
    return answers.shift();
  };
  return { ask, heard };
}

it('an empty answer takes what stands in brackets', async () => {
  const { ask, heard } = answering('', '', '', '', '');
  expect(await askAll(defaults, all, ask)).toEqual(defaults);
  expect(heard.map((one) => /\[(.*)\]: $/.exec(one)?.[1])).toEqual([
    ...['/install', '/tftpboot', 'none', 'those of this host', 'first'],
  ]);
});

it.each([
  ['installdir', 'install', '/srv/install'],
  ['tftpdir', '/a b', '/srv/tftp'],
  ['master', 'http://10.0.0.1', '10.0.0.1'],
  ['pkgdir', '/a,b', '/a,https://host/b'],
  ['image', 'a/b', 'b'],
] as const)('%s is asked again after %s', async (key, wrong, right) => {
  const { ask, heard } = answering(wrong, right);
  expect(await askAll(defaults, [key], ask)).toEqual({ ...defaults, [key]: right });
  expect(heard[1]).toContain(`Not '${wrong}': `);
});

it('the end of input is no answer', async () => {
  await expect(askAll(defaults, all, answering('/srv').ask)).rejects.toThrow('nothing was changed');
});

const card = (address: string, internal = false) => ({
  ...{ address, internal, family: 'IPv4' as const },
  ...{ netmask: '', mac: '', cidr: null },
});

it('a private address is what nodes reach, if there is one', () => {
  expect(ownAddress({ lo: [card('127.0.0.1', true)] })).toBeUndefined();
  expect(ownAddress({ a: [card('198.51.100.1')], b: [card('172.20.0.1')] })).toBe('172.20.0.1');
  expect(ownAddress({ a: [card('198.51.100.1')], b: [card('172.32.0.1')] })).toBe('198.51.100.1');
});
