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

it('import takes the osimages of a whole backup (lsdef -a -l -z) and names the types that it leaves out', async () => {
  const object = (name: string, type: string, ...words: string[]) =>
    `${name}:\n${[`objtype=${type}`, ...words].map((word) => `    ${word}\n`).join('')}\n`;
  const backup = [
    '# <xCAT data object stanza file>\n\n',
    object('clustersite', 'site', 'master=10.0.0.1'),
    object('compute', 'group', 'members=n01'),
    object('n01', 'node', 'groups=compute'),
    object('n02', 'node', 'groups=compute'),
    object('compute', 'osimage', 'imagetype=linux', 'profile=compute', 'provmethod=netboot'),
  ];
  await writeFile(join(world.home, 'f'), backup.join(''));
  const { code, stdout, stderr } = await world.run('rootimg import f');
  expect([code, stdout]).toEqual([0, '1 object definitions have been created or modified.\n']);
  for (const text of [
    "f:3: Objects of type 'site' (1)",
    "f:7: Objects of type 'group' (1)",
    "type 'node' (2)",
  ])
    expect(stderr).toContain(text);
  expect((await world.run('lsdef -t osimage compute')).stdout).toBe(
    'Object name: compute\n    imagetype=linux\n    profile=compute\n    provmethod=netboot\n',
  );
});

it('import reads {{NAME}} without quotes, as xcat-inventory does, and fills in GITREPO', async () => {
  await writeFile(
    join(world.home, 'f.yaml'),
    'osimage:\n  c:\n    imagetype: linux\n    filestosync:\n    - {{GITREPO}}/a\n    - {{ GITREPO }}/b\n' +
      '    package_selection:\n      pkglist: [{{GITREPO}}/c, {{OTHER}}/d]\n',
  );
  const { code, stderr } = await world.run('rootimg import f.yaml');
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('f.yaml:8: pkglist of ');
  expect(stderr).toContain('has {{OTHER}}');
  expect((await world.run('lsdef -t osimage c')).stdout).toBe(
    `Object name: c\n    imagetype=linux\n    pkglist=${world.home}/c,{{OTHER}}/d\n    synclists=${world.home}/a,${world.home}/b\n`,
  );
});
