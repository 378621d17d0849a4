import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { normaliseArch, osarchOf } from '../../../src/base/architecture.ts';
import { fileErrorWords } from '../../../src/base/errors.ts';
import { machineFor } from '../../../src/boot/machine.ts';
import { readStanza } from '../../../src/definition/stanza.ts';
import { writeStanza } from '../../../src/definition/stanza-write.ts';
import { patternTest } from '../../../src/pack/select/fnmatch.ts';
import { substituteVariables } from '../../../src/resolve/directives.ts';
import { readEnviron } from '../../../src/resolve/environ.ts';
import { readPackageLists } from '../../../src/resolve/package-list.ts';
import { readSyncLists } from '../../../src/resolve/sync-list.ts';

/** What every object inherits. */
const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

describe.each(inherited)('a name from outside that is %s', (name) => {
  it('is a variable like any other, set or not', async () => {
    const { variables } = readEnviron(`${name}=value,A=1`);
    expect(substituteVariables(`$${name} $\{${name}}`, variables)).toBe('value value');
    expect(substituteVariables(`$${name}`, { A: '1' })).toBe(`$${name}`);
    const folder = await mkdtemp(join(tmpdir(), 'rootimg-own-'));
    try {
      await writeFile(join(folder, 'list'), `#INCLUDE:$${name}/x#\n`);
      const { problems } = await readPackageLists('list', 'pkglist', { cwd: folder, variables: {} });
      expect(JSON.stringify(problems)).toContain(`$${name}`);
      await writeFile(join(folder, 'sync'), `/etc/$${name} -> /x\n`);
      const lists = await readSyncLists('sync', folder, {});
      expect(lists.problems[0]?.message).toBe(`The file '/etc/$${name}' does not exist.`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is an unknown architecture, error and class', () => {
    expect([normaliseArch(name), osarchOf(name)]).toEqual([name, name]);
    expect(() => machineFor(name)).toThrow(expect.objectContaining({ code: 'boot-arch' }));
    expect(fileErrorWords(Object.assign(new Error(), { code: name }))).toBe(name);
    expect(patternTest(`[[:${name}:]]`)('c')).toBe(false);
  });

  it('is the name of a definition like any other', () => {
    const attributes = new Map([['osvers', name]]);
    const text = writeStanza([{ name, type: 'osimage', attributes, origins: new Map() }]);
    const { objects, problems } = readStanza(text, 'x');
    expect(problems).toEqual([]);
    expect(objects.map((object) => [object.name, object.attributes.get('osvers')?.value])).toEqual([
      [name, name],
    ]);
  });
});
