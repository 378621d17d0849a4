import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorld, shellWords, type World } from './genimage/world.ts';

const cases = join(import.meta.dirname, '../../fixtures/dryrun');

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.remove());

describe('genimage --dryrun as recorded', () => {
  const names = readdirSync(cases, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

  it.each(names)('%s', async (name) => {
    const read = (file: string) => readFile(join(cases, name, file), 'utf8').catch(() => undefined);
    const stanza = await read('definition.stanza');
    if (stanza !== undefined) {
      await world.define(stanza);
      const files = stanza.match(/\/opt\/xcat\/share\/xcat\/netboot\/[^\s,]+/g) ?? [];
      for (const file of files) await world.file(file);
    }
    for (const file of (await read('files'))?.trim().split('\n') ?? []) await world.file(file);
    const site = await read('site');
    // xCAT's own installdir, as recorded: another one would be said in the line.
    await world.site(`installdir=/install\n${site ?? ''}`);

    const [command, ...argv] = ((await read('cmd')) ?? '').trim().split(/\s+/);
    expect(command).toBe('genimage');
    const { code, stdout, stderr } = await world.run(...argv);

    expect(code, stderr).toBe(Number(await read('rc')));
    expect(stdout).toContain('Generating image:\n');
    const words = await read('words');
    if (words === undefined) {
      expect(stderr).toMatch(/^Error: /);
      expect(stdout).not.toContain('./genimage');
    } else {
      const line = stdout.trimEnd().split('\n').at(-1) ?? '';
      expect(shellWords(line).map(world.away)).toEqual(words.trimEnd().split('\n'));
      expect(stderr).toBe('');
    }
  });
});
