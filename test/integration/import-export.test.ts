import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

let world: DefWorld;
beforeEach(async () => {
  world = await makeDefWorld('three-images');
});
afterEach(() => world.remove());

const exported = async (words: string): Promise<string> => {
  const { code, stdout, stderr } = await world.run(`rootimg export ${words}`);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};

it.each(['stanza', 'yaml', 'json'])(
  'export and import in %s lose nothing, there and back',
  async (format) => {
    const stanzas = (await world.run('lsdef -t osimage -z imgA,imgB')).stdout;
    const text = await exported(`imgB,imgA --format ${format}`);
    if (format === 'stanza') expect(text).toBe(stanzas);
    await writeFile(join(world.home, 'f'), text);
    expect((await world.run('rootimg import f')).stdout).toBe(
      '0 object definitions have been created or modified.\n2 object definitions were the same already.\n',
    );
    await world.run('rmdef -t osimage -o imgA,imgB');
    expect((await world.run('rootimg import f')).stdout).toBe(
      '2 object definitions have been created or modified.\n',
    );
    expect((await world.run('lsdef -t osimage -z imgA,imgB')).stdout).toBe(stanzas);
    expect(await exported(`imgB,imgA --format ${format}`)).toBe(text);
  },
);

it('import does not change what differs, unless it is forced', async () => {
  await writeFile(join(world.home, 'f.yaml'), 'osimage: {imgA: {role: login}, new: {role: x}}\n');
  const before = (await world.run('lsdef -t osimage -z')).stdout;
  const { code, stderr } = await world.run('rootimg import f.yaml');
  expect([code, stderr.includes("'imgA' already exists and differs")]).toEqual([1, true]);
  expect((await world.run('lsdef -t osimage -z')).stdout).toBe(before);
  expect((await world.run('rootimg import -f f.yaml')).code).toBe(0);
  expect((await world.run('lsdef -t osimage imgA')).stdout).toBe('Object name: imgA\n    profile=login\n');
});

it('import tells all that is wrong with line, and writes nothing', async () => {
  await writeFile(
    join(world.home, 'f.yaml'),
    'osimage:\n  "a/b":\n    role: |\n      two\n      lines\n  c:\n    genimgoptions:\n      exlist: /e\n',
  );
  const { code, stderr } = await world.run('rootimg import f.yaml');
  expect(code).toBe(1);
  for (const place of ['f.yaml:2: ', 'f.yaml:3: ', 'f.yaml:8: Cannot set']) expect(stderr).toContain(place);
  expect((await world.run('rootimg import nosuch')).stderr).toContain(
    'nosuch: Cannot be read: it does not exist.',
  );
  await writeFile(join(world.home, 'g.json'), '{"node": {"n": {}}}');
  const empty = await world.run('rootimg import g.json');
  expect(empty.stderr).toContain('Warning: ');
  expect(empty.stderr).toContain('No osimage is defined here');
});

it('export names what is hidden, unknown, or no format', async () => {
  await world.run('chdef -t osimage -o imgA imagetype=windows');
  const { code, stdout, stderr } = await world.run('rootimg export imgA');
  expect([code, stdout.includes('pkglist')]).toEqual([0, false]);
  expect(stderr).toContain("pkglist of 'imgA' is not exported");
  expect((await world.run('rootimg export nosuch,imgB')).stderr).toContain("'nosuch'");
  expect((await world.run('rootimg export imgB --format xml')).code).toBe(2);
  expect(await readFile(join(world.home, 'osimage/imgA.stanza'), 'utf8')).toContain('pkglist=');
});
