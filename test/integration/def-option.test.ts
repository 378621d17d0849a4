import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorld, type World } from './genimage/world.ts';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

describe('lsdef --def', () => {
  let world: DefWorld;
  beforeEach(async () => {
    world = await makeDefWorld('three-images');
    await writeFile(
      join(world.home, 'mine.stanza'),
      'default-osimage:\n objtype=osimage\n osarch=s390x\nb:\n objtype=osimage\n osvers=rhels9.4\na:\n objtype=osimage\n imagename=a\n',
    );
  });
  afterEach(() => world.remove());

  it('lists what the file defines and nothing else', async () => {
    expect((await world.run('lsdef -t osimage --def mine.stanza')).stdout).toBe(
      'a  (osimage)\nb  (osimage)\n',
    );
    expect((await world.run('lsdef -t osimage --def mine.stanza -l -o b')).stdout).toBe(
      'Object name: b\n    osarch=s390x\n    osvers=rhels9.4\n',
    );
    expect((await world.run('lsdef -t osimage --def mine.stanza imgA')).code).toBe(1);
  });

  it('takes the site of the store where the file has none', async () => {
    await world.run('chdef -t site -o clustersite timezone=UTC');
    const site = async () =>
      (await world.run('lsdef -t site --def mine.stanza -o clustersite -i timezone')).stdout;
    expect(await site()).toContain('timezone=UTC');
    await writeFile(join(world.home, 'mine.stanza'), 'clustersite:\n objtype=site\n timezone=Asia/Tokyo\n');
    expect(await site()).toContain('timezone=Asia/Tokyo');
  });

  it('tells all that is wrong with the file', async () => {
    await writeFile(join(world.home, 'bad.stanza'), 'a:\n objtype=osimage\n nosuch=1\nb:\n nonsense\n');
    const { code, stderr } = await world.run('lsdef -t osimage --def bad.stanza');
    expect(code).toBe(1);
    for (const place of ['bad.stanza:3', 'bad.stanza:4', 'bad.stanza:5']) expect(stderr).toContain(place);
    expect((await world.run('lsdef -t osimage --def nosuch')).stderr).toContain(
      'nosuch: Cannot be read: it does not exist.',
    );
  });
});

describe('genimage --def', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(() => world.remove());

  it('resolves a definition that no store has, and leaves the file as it is', async () => {
    await world.file('/install/p.pkglist', 'bash\n');
    const stanza = world.here(
      'x:\n objtype=osimage\n imagetype=linux\n osvers=rhels9.4\n osarch=x86_64\n profile=compute\n provmethod=netboot\n pkglist=/install/p.pkglist\n',
    );
    await writeFile(join(world.root, 'x.stanza'), stanza);
    const { code, stdout, stderr } = await world.run('--dryrun', '--def', 'x.stanza', 'x', '-i', 'eth3');
    expect([code, stderr]).toEqual([0, '']);
    expect(world.away(stdout)).toMatch(
      /\.\/genimage -a x86_64 -o rhels9\.4 -p compute -i eth3 .*--pkglist \/install\/p\.pkglist .*x\n$/,
    );
    expect(await readFile(join(world.root, 'x.stanza'), 'utf8')).toBe(stanza);
    expect((await world.run('--dryrun', '--def', 'x.stanza', 'other')).stderr).toContain("'other'");
  });
});
