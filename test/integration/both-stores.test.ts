import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeXcat, makeFakeXcat } from './definition/fake-xcat.ts';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

const one = (name: string, ...lines: string[]): string =>
  `Object name: ${name}\n${lines.map((line) => `    ${line}\n`).join('')}`;
const done = (count: number | 'No'): string => `${count} object definitions have been created or modified.\n`;

/** The same commands, the same answers: over our own files, and over an xCAT. */
describe.each(['files', 'xcat'] as const)('definitions kept in %s', (kind) => {
  let xcat: FakeXcat;
  let world: DefWorld;
  const out = async (line: string, stdin = ''): Promise<string> => {
    const { code, stdout, stderr } = await world.run(line, stdin);
    expect([code, stderr], line).toEqual([0, '']);
    return stdout;
  };
  beforeEach(async () => {
    xcat = await makeFakeXcat();
    world = await makeDefWorld('empty', { ROOTIMG_STORE: kind, XCATROOT: xcat.root });
  });
  afterEach(async () => {
    await world.remove();
    await xcat.remove();
  });

  it('nothing is defined at first', async () => {
    expect(await out('lsdef -t osimage')).toBe('Could not find any object definitions to display.\n');
    expect(await world.run('lsdef -t osimage -o a')).toEqual({
      code: 1,
      stdout: 'No object definitions have been found\n',
      stderr: "Error: Could not find an object named 'a' of type 'osimage'.\n",
    });
  });

  it('an image is made, shown, changed, cleared, copied, renamed and removed', async () => {
    expect(await out('mkdef -t osimage -o a imagetype=linux netdrivers=tg3 description=\'a b=c: "d"\'')).toBe(
      done(1),
    );
    expect(await out('lsdef -t osimage a')).toBe(
      one('a', 'description=a b=c: "d"', 'imagetype=linux', 'netdrivers=tg3'),
    );
    expect(await out('chdef -t osimage -o a -p netdrivers=igb,tg3')).toBe(done(1));
    expect(await out('chdef -t osimage -o a -m netdrivers=tg3')).toBe(done(1));
    expect(await out('chdef -t osimage -o a osvers=rhels9.4 description=')).toBe(done(1));
    const stanza = await out('lsdef -t osimage -z a');
    expect(stanza).toBe(
      '# <xCAT data object stanza file>\n\na:\n    objtype=osimage\n    imagetype=linux\n    netdrivers=igb\n    osvers=rhels9.4\n',
    );
    expect(await out('mkdef -z', stanza.replace('\na:', '\ncopy:'))).toBe(done(1));
    expect(await out('lsdef -t osimage')).toBe('a  (osimage)\ncopy  (osimage)\n');
    expect(await out('lsdef -t osimage -w osvers==rhels9.4 -w netdrivers=~^ig -i osvers -c')).toBe(
      'a: osvers=rhels9.4\ncopy: osvers=rhels9.4\n',
    );
    expect(await out('chdef -t osimage -o copy -n other')).toBe(
      'Changed the object name from copy to other.\n',
    );
    expect(await out('rmdef -t osimage -o a')).toBe('1 object definitions have been removed.\n');
    expect(await out('lsdef -t osimage -l')).toBe(
      one('other', 'imagetype=linux', 'netdrivers=igb', 'osvers=rhels9.4'),
    );
  });

  it('values that stanzas of xCAT would not hold are kept', async () => {
    const values = ['profile=ends:', 'osvers="quoted"', 'osarch="', 'description=it\\s $HOME `x` #y'];
    await out('mkdef -z', `a:\n objtype=osimage\n imagetype=linux\n ${values.join('\n ')}\n`);
    expect(await out('lsdef -t osimage -o a')).toBe(
      one('a', values[3]!, 'imagetype=linux', values[2]!, values[1]!, values[0]!),
    );
  });

  it('an image that is there stays, unless it is forced, then whole', async () => {
    await out('mkdef -t osimage -o a imagetype=linux osarch=x86_64 pkglist=/p');
    const again = await world.run('mkdef -t osimage -o a imagetype=linux osarch=aarch64');
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain("A definition for 'a' already exists.");
    expect(await out('lsdef -t osimage a -i osarch')).toBe(one('a', 'osarch=x86_64'));
    expect(await out('mkdef -f -t osimage -o a imagetype=linux osarch=aarch64')).toBe(done(1));
    expect(await out('lsdef -t osimage a')).toBe(one('a', 'imagetype=linux', 'osarch=aarch64'));
  });

  it('what is refused changes nothing', async () => {
    await out('mkdef -t osimage -o a imagetype=linux osarch=x86_64');
    for (const [line, said] of [
      ['mkdef -t osimage -o b imagetype=linux nosuch=1', "'nosuch' is not a valid attribute name"],
      ['chdef -t osimage -o a osarch=y nosuch=1', "'nosuch' is not a valid attribute name"],
      ['mkdef -t osimage -o b pkglist=/p', "Cannot set 'pkglist' of 'b' unless imagetype is linux"],
      ['chdef -t osimage -o a -m osarch=z', 'z is not in osarch'],
      ['rmdef -t osimage -o b', "Could not find an object named 'b'"],
    ] as const) {
      const { code, stderr } = await world.run(line);
      expect([line, code], stderr).toEqual([line, 1]);
      expect(stderr).toContain(said);
    }
    expect(await out('lsdef -t osimage -l')).toBe(one('a', 'imagetype=linux', 'osarch=x86_64'));
  });

  it('attributes that the imagetype hides come back with it', async () => {
    await out('mkdef -t osimage -o a imagetype=linux pkglist=/p');
    await out('chdef -t osimage -o a imagetype=windows');
    expect(await out('lsdef -t osimage a')).toBe(one('a', 'imagetype=windows'));
    await out('chdef -t osimage -o a imagetype=linux');
    expect(await out('lsdef -t osimage a')).toBe(one('a', 'imagetype=linux', 'pkglist=/p'));
  });

  it('a new name with chdef makes an image', async () => {
    expect(await out('chdef -t osimage -o n osarch=x86_64')).toBe(
      `${done(1)}New object definitions 'n' have been created.\n`,
    );
    expect(await out('lsdef -t osimage n')).toBe(one('n', 'imagetype=NIM', 'osarch=x86_64'));
  });

  it('the site', async () => {
    await out('chdef -t site -o clustersite timezone=UTC installdir=/data');
    expect(await out('lsdef -t site -o clustersite -i installdir,timezone')).toBe(
      one('clustersite', 'installdir=/data', 'timezone=UTC'),
    );
    await out('chdef -t site -o clustersite timezone=');
    expect(await out('lsdef -t site -o clustersite -i timezone')).toBe(one('clustersite'));
  });
});

describe('xCAT', () => {
  let xcat: FakeXcat;
  let world: DefWorld;
  beforeAll(async () => {
    xcat = await makeFakeXcat();
    world = await makeDefWorld('empty');
  });
  afterAll(async () => {
    await world.remove();
    await xcat.remove();
  });
  const run = async (line: string, env: Record<string, string>) => {
    const other = await makeDefWorld('empty', { ROOTIMG_HOME: world.home, ...env });
    const answer = await other.run(line);
    await other.remove();
    return answer;
  };

  it('is hinted at while our own store is empty, and not switched to', async () => {
    const { code, stdout, stderr } = await run('lsdef -t osimage', { XCATROOT: xcat.root });
    expect([code, stdout]).toEqual([0, 'Could not find any object definitions to display.\n']);
    expect(stderr).toContain(`there is an xCAT in ${xcat.root}`);
    expect(stderr.match(/Hint/g)).toHaveLength(1);
    expect(await xcat.calls()).toEqual([]);
    expect((await run('lsdef -t osimage', { XCATROOT: world.home })).stderr).toBe('');
    expect((await run('lsdef -t osimage', { XCATROOT: xcat.root, ROOTIMG_STORE: 'files' })).stderr).toBe('');
  });

  it('is chosen in the configuration, with its folder; the environment wins', async () => {
    await writeFile(join(world.home, 'config.yaml'), `store: xcat\nxcat:\n  root: ${xcat.root}\n`);
    expect((await run('mkdef -t osimage -o a imagetype=linux', {})).code).toBe(0);
    expect(await xcat.calls()).toContainEqual(['mkdef', '-t', 'osimage', '-o', 'a', 'imagetype=linux']);
    const { stdout } = await run('lsdef -t osimage', { ROOTIMG_STORE: 'files' });
    expect(stdout).toBe('Could not find any object definitions to display.\n');
    expect((await run('lsdef -t osimage', { ROOTIMG_STORE: 'db2' })).stderr).toContain(
      "ROOTIMG_STORE is 'db2'",
    );
  });

  it('is never our own commands', async () => {
    const checkout = join(import.meta.dirname, '../..');
    const env = { ROOTIMG_STORE: 'xcat', XCATROOT: checkout };
    await writeFile(join(world.home, 'config.yaml'), '');
    expect((await run('lsdef -t osimage', env)).stderr).toContain("bin/lsdef is rootimg's own command");
    const called = { ROOTIMG_STORE: 'xcat', XCATROOT: xcat.root, ROOTIMG_FROM_XCAT_STORE: '1' };
    expect((await run('lsdef -t osimage', called)).stderr).toContain("rootimg's own, not xCAT's");
  });

  it('that is missing or fails says what and where', async () => {
    const gone = await run('lsdef -t osimage', { ROOTIMG_STORE: 'xcat', XCATROOT: '/nonexistent' });
    expect(gone.stderr).toContain('There is no xCAT in /nonexistent: /nonexistent/bin/lsdef is missing.');
    await writeFile(
      join(xcat.root, 'bin/lsdef'),
      '#!/bin/sh\necho "Unable to open socket connection to xcatd daemon" >&2\nexit 1\n',
    );
    const down = await run('lsdef -t osimage', { ROOTIMG_STORE: 'xcat', XCATROOT: xcat.root });
    expect([down.code, down.stdout]).toEqual([1, '']);
    expect(down.stderr).toContain("xCAT's lsdef ended with exit status 1.\nUnable to open socket connection");
  });
});
