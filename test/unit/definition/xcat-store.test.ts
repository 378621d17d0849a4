import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DefinitionObject } from '../../../src/definition/object.ts';
import { nameFault } from '../../../src/definition/object.ts';
import { attributeFault } from '../../../src/definition/stanza-write.ts';
import { type XcatRunner, xcatStore } from '../../../src/definition/xcat-store.ts';

const good = (stdout = ''): Awaited<ReturnType<XcatRunner>> => ({ exitCode: 0, stdout, stderr: '' });

/** An xCAT that keeps `attr=value` words and prints stanzas as they are. */
function memory(): { run: XcatRunner; calls: string[][] } {
  const kept = new Map<string, Map<string, string>>();
  const calls: string[][] = [];
  const run: XcatRunner = async (command, words) => {
    calls.push([command, ...words]);
    const name = words[words.indexOf('-o') + 1] ?? '';
    const lines = (one: string) =>
      [...(kept.get(one) ?? [])].map(([key, value]) => `    ${key}=${value}\n`).join('');
    if (command === 'lsdef' && words.includes('-o') && !kept.has(name)) {
      return {
        exitCode: 1,
        stdout: '',
        stderr: `Error: Could not find an object named '${name}' of type 'osimage'.`,
      };
    }
    if (command === 'lsdef') {
      const shown = words.includes('-o') ? [name] : [...kept.keys()];
      return good(shown.map((one) => `\n${one}:\n    objtype=osimage\n${lines(one)}`).join(''));
    }
    const object = kept.get(name) ?? new Map<string, string>();
    kept.set(name, object);
    for (const word of words.slice(words.indexOf('-o') + 2)) {
      const equals = word.indexOf('=');
      if (word.slice(equals + 1) === '') object.delete(word.slice(0, equals));
      else object.set(word.slice(0, equals), word.slice(equals + 1));
    }
    return good();
  };
  return { run, calls };
}

const image = (name: string, values: Record<string, string>): DefinitionObject => ({
  type: 'osimage',
  name,
  attributes: new Map(Object.entries(values)),
  origins: new Map(),
});

describe('the xcat store', () => {
  it('gives back equal what was written, over what was there before', async () => {
    const text = fc
      .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a:', '"', '"x"', 'k=v', '#', '-z'))
      .filter((value) => attributeFault('x', value) === undefined);
    const values = fc.dictionary(fc.constantFrom('pkglist', 'exlist', 'osvers', 'description'), text, {
      minKeys: 1,
    });
    const name = fc.string({ unit: 'grapheme' }).filter((one) => nameFault(one) === undefined);
    await fc.assert(
      fc.asyncProperty(name, fc.array(values, { minLength: 1, maxLength: 3 }), async (one, versions) => {
        const store = xcatStore(memory().run);
        for (const version of versions) {
          await store.write('osimage', [image(one, version)]);
          expect((await store.read('osimage', one))?.attributes).toEqual(new Map(Object.entries(version)));
        }
        expect((await store.readAll('osimage')).objects.map((object) => object.name)).toEqual([one]);
      }),
      { numRuns: 200 },
    );
  });

  it('writes only what differs', async () => {
    const { run, calls } = memory();
    const store = xcatStore(run);
    await store.write('osimage', [image('a', { osvers: 'x', exlist: '/e', winpepath: '/w' })]);
    await store.write('osimage', [image('a', { osvers: 'y', winpepath: '/w' })]);
    await store.write('osimage', [image('a', { osvers: 'y', winpepath: '/w' })]);
    expect(calls.filter(([command]) => command !== 'lsdef')).toEqual([
      ['mkdef', '-t', 'osimage', '-o', 'a', 'exlist=/e', 'osvers=x', 'winpepath=/w'],
      ['chdef', '-t', 'osimage', '-o', 'a', 'exlist=', 'osvers=y'],
    ]);
  });

  it('asks nothing with a name that could be an option or a list', async () => {
    const { run, calls } = memory();
    const store = xcatStore(run);
    expect(await store.read('osimage', '-z')).toBeUndefined();
    expect(await store.remove('osimage', 'a,b')).toBe(false);
    expect(calls).toEqual([]);
  });

  it('tells a failure from an absent object', async () => {
    const store = xcatStore(async () => ({ exitCode: 1, stdout: '', stderr: 'connection refused\n' }));
    await expect(store.read('osimage', 'a')).rejects.toMatchObject({
      code: 'xcat-failed',
      details: ['connection refused'],
    });
    const odd = xcatStore(async () => good('nonsense\n'));
    await expect(odd.readAll('osimage')).rejects.toMatchObject({ code: 'xcat-answer' });
  });
});
