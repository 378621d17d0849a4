import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf, type RootimgError } from '../../../../src/base/errors.ts';
import { type DefWriteOptions, wantedObjects } from '../../../../src/cli/definitions/def-wanted.ts';
import type { WantedObject } from '../../../../src/definition/check.ts';
import { openStore } from '../../../../src/definition/store.ts';
import { useFolder } from '../../../lib/folder.ts';
import { recordedIo } from '../../../lib/recorded-io.ts';

const folder = useFolder();

/** What these words ask for, as `type name attr=value …`, or all that is wrong with them. */
async function wanted(options: DefWriteOptions, words: readonly string[], stdin = '') {
  const { io, said } = recordedIo({ stdin: async () => stdin });
  const store = openStore(join(folder.path, 'etc'), async () => () => undefined);
  // Commands derive the name that is missing.
  const prepare = async (objects: readonly WantedObject[]) =>
    objects.map((object) => ({ ...object, name: object.name || 'derived' }));
  const result = await wantedObjects({ io, store, options, words }, prepare).then(
    (objects) =>
      objects.map(({ type, name, attributes }) =>
        [type, name, ...[...attributes].map(([key, { value }]) => `${key}=${value}`)].join(' '),
      ),
    (error: RootimgError) => problemsOf(error).map(({ code, message }) => `${code}: ${message}`),
  );
  return { result, stderr: said.stderr };
}

test('each name of the line is an object with the values of the line', async () => {
  const { result } = await wanted({ t: 'osimage', o: 'a,b' }, ['profile=x', 'osarch=']);
  expect(result).toEqual(['osimage a profile=x osarch=', 'osimage b profile=x osarch=']);
});

test('the site needs no name, an image with -u may have none yet', async () => {
  expect((await wanted({ t: 'site' }, ['master=m'])).result).toEqual(['site clustersite master=m']);
  expect((await wanted({ u: true }, ['profile=x'])).result).toEqual(['osimage derived profile=x']);
});

test.each<[string, DefWriteOptions, string[], string, RegExp]>([
  ['no name', { t: 'osimage' }, ['profile=x'], '', /^usage: No object names were provided\.$/],
  ['a type that there is not', { t: 'nosuch', o: 'a' }, [], '', /nosuch/],
  ['-u for the site', { t: 'site', u: true }, [], '', /^usage: -u is only for objects of type osimage\.$/],
  ['names beside stanzas', { stanza: true, o: 'a' }, [], 'a:\n', /^usage: -z takes/],
  ['no stanza', { stanza: true }, [], '# nothing\n', /^usage: No object names .* standard input\.$/],
])('%s is wrong', async (_, options, words, stdin, message) => {
  const { result } = await wanted(options, words, stdin);
  expect(result).toEqual([expect.stringMatching(message)]);
});

test('all that is wrong with any object is told, and none is given', async () => {
  const { result } = await wanted({ t: 'osimage', o: 'a' }, ['nosuch=1', 'imagetype=linux', 'other=2']);
  expect(result).toHaveLength(2);
  expect(result.join()).toMatch(/nosuch[^]*other/);
  const stanzas = 'a:\n    objtype=osimage\n    nosuch=1\nb:\n    objtype=osimage\n    broken\n';
  const both = (await wanted({ stanza: true }, [], stanzas)).result;
  expect(both.join()).toMatch(/broken|line/);
  expect(both.join()).toMatch(/nosuch/);
});

test('the name of an image is no value of it; another one is said to have no effect', async () => {
  const own = await wanted({ t: 'osimage', o: 'a' }, ['imagename=a', 'profile=x']);
  expect(own).toEqual({ result: ['osimage a profile=x'], stderr: '' });
  const other = await wanted(
    { stanza: true },
    [],
    'a:\n    objtype=osimage\n    imagename=b\n    profile=x\n',
  );
  expect(other.result).toEqual(['osimage a profile=x']);
  expect(other.stderr).toMatch(/<stdin>:3: .*imagename is the name of the object, 'a'/);
});
