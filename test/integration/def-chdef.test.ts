import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

const modified = '1 object definitions have been created or modified.\n';
const nothing = 'No object definitions have been created or modified.\n';

let world: DefWorld;
beforeEach(async () => {
  world = await makeDefWorld();
  await world.load(
    'a:\n objtype=osimage\n imagetype=linux\n netdrivers=tg3,bnx2\n osarch=x86_64\n postinstall=/p1 -x 1,/p2\n',
  );
});
afterEach(() => world.remove());

async function value(attribute: string, name = 'a'): Promise<string | undefined> {
  const { stdout } = await world.run(`lsdef -t osimage -o ${name} -i ${attribute} -c`);
  return stdout.slice(`${name}: ${attribute}=`.length, -1);
}

describe('chdef', () => {
  it.each([
    ['sets a value', 'osarch=ppc64le', 'osarch', 'ppc64le'],
    ['sets an unset one', 'exlist=/e', 'exlist', '/e'],
    ['keeps commas and equal signs', 'environvar=A=1,B=2', 'environvar', 'A=1,B=2'],
    ['clears a value', 'netdrivers=', 'netdrivers', ''],
    ['clears an unset one', 'exlist=', 'exlist', ''],
    ['appends', '-p netdrivers=igb', 'netdrivers', 'tg3,bnx2,igb'],
    ['appends several', '--plus netdrivers=igb,e1000', 'netdrivers', 'tg3,bnx2,igb,e1000'],
    ['appends what is not there yet', '-p netdrivers=bnx2,igb,igb', 'netdrivers', 'tg3,bnx2,igb'],
    ['appends nothing twice', '-p netdrivers=tg3', 'netdrivers', 'tg3,bnx2'],
    ['appends to an unset one', '-p exlist=/e', 'exlist', '/e'],
    ['appends nothing', '-p netdrivers=', 'netdrivers', 'tg3,bnx2'],
    ['takes away', '-m netdrivers=tg3', 'netdrivers', 'bnx2'],
    ['takes away several', '--minus netdrivers=bnx2,tg3', 'netdrivers', ''],
    ['takes away with arguments', "-m 'postinstall=/p1 -x 1'", 'postinstall', '/p2'],
    ['takes options after values', 'netdrivers=igb -p', 'netdrivers', 'tg3,bnx2,igb'],
  ])('%s', async (_, words, attribute, expected) => {
    const answer = await world.run(`chdef -t osimage -o a ${words}`);
    expect(answer).toEqual({ code: 0, stdout: modified, stderr: '' });
    expect(await value(attribute)).toBe(expected);
  });

  it('warns when -p makes a list of what is none', async () => {
    const { code, stderr } = await world.run('chdef -t osimage -o a -p osarch=ppc64');
    expect([code, await value('osarch')]).toEqual([0, 'x86_64,ppc64']);
    expect(stderr).toMatch(/^Warning: .*osarch/);
  });

  it('leaves the other attributes as they were', async () => {
    await world.run('chdef -t osimage a osarch=ppc64');
    expect(await value('netdrivers')).toBe('tg3,bnx2');
    expect(await value('imagetype')).toBe('linux');
  });

  it.each([
    ['what is not in the list', 'netdrivers=igb', 'igb'],
    ['one that is and one that is not', 'netdrivers=tg3,igb', 'igb'],
    ['from an unset attribute', 'exlist=/e', 'exlist'],
  ])('cannot take away %s', async (_, words, named) => {
    const { code, stdout, stderr } = await world.run(`chdef -t osimage -o a -m ${words}`);
    expect([code, stdout]).toEqual([1, nothing]);
    expect(stderr).toMatch(/^Error: /);
    expect(stderr).toContain(named);
    expect(await value('netdrivers')).toBe('tg3,bnx2');
  });

  it('takes from those that have it, and exits with 1 for the others', async () => {
    await world.load('b:\n objtype=osimage\n imagetype=linux\n');
    const answer = await world.run('chdef -t osimage -o a,b -m netdrivers=tg3');
    expect(answer).toMatchObject({ code: 1, stdout: modified });
    expect(await value('netdrivers')).toBe('bnx2');
  });

  it('changes several objects', async () => {
    await world.load('b:\n objtype=osimage\n imagetype=linux\n');
    const { stdout } = await world.run('chdef -t osimage -o b,a profile=compute');
    expect(stdout).toBe('2 object definitions have been created or modified.\n');
    expect([await value('profile', 'a'), await value('profile', 'b')]).toEqual(['compute', 'compute']);
  });

  it('creates an unknown object and says so', async () => {
    const answer = await world.run('chdef -t osimage -o new imagetype=linux osarch=x86_64 pkglist=/p');
    expect(answer).toEqual({
      code: 0,
      stdout: `${modified}New object definitions 'new' have been created.\n`,
      stderr: '',
    });
    expect(await value('pkglist', 'new')).toBe('/p');
  });

  it('gives a new object without imagetype the one that xCAT gives it', async () => {
    await world.run('chdef -t osimage -o new osarch=x86_64');
    expect((await world.run('lsdef -t osimage -o new')).stdout).toBe(
      'Object name: new\n    imagetype=NIM\n    osarch=x86_64\n',
    );
  });

  it.each([
    ['an unknown attribute beside a good one', '-t osimage -o a osarch=ppc64 bogus=1', "'bogus'"],
    ['an unknown attribute with -p', '-t osimage -o a -p bogus=1', "'bogus'"],
    ['an unknown attribute with -m', '-t osimage -o a -m bogus=1', "'bogus'"],
    ['a linux attribute of a new object', '-t osimage -o new pkglist=/p', "'pkglist'"],
    ['a bad name', "-t osimage -o 'a b' osarch=x", "'a b'"],
    ['-m of an unknown object', '-t osimage -o new -m osarch=x', "'new'"],
    ['no name', '-t osimage osarch=x', 'No object names'],
    ['two names as two words', '-t osimage a b osarch=x', 'b'],
    ['a value with a blank and without quotes', '-t osimage -o a description=my image', "'image'"],
    ['-f', '-t osimage -o a -f osarch=x', '-f'],
    ['-p and -m', '-t osimage -o a -p -m osarch=x', '-m'],
    ['-z with a name', '-z -o a', '-z'],
    ['no type', '-o a osarch=x', 'node'],
    ['an unknown type', '-t bogus -o a osarch=x', 'bogus'],
  ])('changes nothing with %s', async (_, line, named) => {
    const before = await readFile(join(world.home, 'osimage/a.stanza'), 'utf8');
    const { code, stdout, stderr } = await world.run(`chdef ${line}`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Error: /);
    expect(stderr).toContain(named);
    expect(await readdir(join(world.home, 'osimage'))).toEqual(['a.stanza']);
    expect(await readFile(join(world.home, 'osimage/a.stanza'), 'utf8')).toBe(before);
  });

  it('has nothing to do without values', async () => {
    expect(await world.run('chdef -t osimage -o a')).toEqual({ code: 0, stdout: nothing, stderr: '' });
    expect(await world.run('chdef -t osimage -o new')).toEqual({ code: 0, stdout: nothing, stderr: '' });
  });

  it('allows a linux attribute by the old imagetype as by the new one', async () => {
    expect((await world.run('chdef -t osimage -o a imagetype=NIM pkglist=/p')).code).toBe(0);
    expect((await world.run('chdef -t osimage -o a exlist=/e')).code).toBe(1);
    expect((await world.run('chdef -t osimage -o a imagetype=linux exlist=/e')).code).toBe(0);
    expect([await value('pkglist'), await value('exlist')]).toEqual(['/p', '/e']);
  });

  it('reads stanzas with -z: changes what they say, creates what is not there', async () => {
    const stanzas = 'a:\n objtype=osimage\n osarch=ppc64\n netdrivers=\nb:\n objtype=osimage\n profile=p\n';
    const { code, stdout } = await world.run('chdef -z', stanzas);
    expect(code).toBe(0);
    expect(stdout).toBe(
      "2 object definitions have been created or modified.\nNew object definitions 'b' have been created.\n",
    );
    expect([await value('osarch'), await value('netdrivers'), await value('imagetype')]).toEqual([
      'ppc64',
      '',
      'linux',
    ]);
    expect((await world.run('chdef -z -p', 'a:\n objtype=osimage\n osarch=x\n')).code).toBe(0);
    expect(await value('osarch')).toBe('ppc64,x');
  });

  it.each([
    'a:\n osarch=x\n',
    'a:\n objtype=osimage\n bogus=1\n osarch=x\n',
    'a:\n objtype=osimage\n osarch=x\n junk\n',
  ])('refuses %j', async (stanzas) => {
    expect(await world.run('chdef -z', stanzas)).toMatchObject({ code: 1, stdout: '' });
    expect(await value('osarch')).toBe('x86_64');
  });

  it('gives an object a new name with -n', async () => {
    expect(await world.run('chdef -t osimage -o a -n b')).toMatchObject({
      code: 0,
      stdout: 'Changed the object name from a to b.\n',
    });
    expect(await readdir(join(world.home, 'osimage'))).toEqual(['b.stanza']);
    expect(await value('netdrivers', 'b')).toBe('tg3,bnx2');
    await world.load('c:\n objtype=osimage\n osarch=x\n');
    for (const wrong of ['-o b -n c', '-o nosuch -n d', "-o b -n 'd e'", '-o b,c -n d']) {
      expect((await world.run(`chdef -t osimage ${wrong}`)).code).toBe(1);
    }
    expect(await readdir(join(world.home, 'osimage'))).toEqual(['b.stanza', 'c.stanza']);
  });

  it('changes the site', async () => {
    expect((await world.run('chdef -t site timezone=Europe/Berlin secureroot=1')).stdout).toBe(modified);
    expect((await world.run('lsdef -t site -i timezone,secureroot -c')).stdout).toBe(
      'clustersite: secureroot=1\nclustersite: timezone=Europe/Berlin\n',
    );
    await world.run('chdef -t site clustersite secureroot= installdir=/i');
    expect((await world.run('lsdef -t site -l')).stdout).toBe(
      'Object name: clustersite\n    installdir=/i\n    tftpdir=/tftpboot\n    timezone=Europe/Berlin\n',
    );
    expect((await world.run('chdef -t site -o other installdir=/x')).code).toBe(1);
  });

  it('shows its usage when it is typed alone', async () => {
    expect((await world.run('chdef')).stdout).toMatch(/^Usage: chdef /);
  });
});

describe('rmdef', () => {
  it('removes objects', async () => {
    await world.load('b:\n objtype=osimage\n osarch=x\nc:\n objtype=osimage\n osarch=x\n');
    expect(await world.run('rmdef -t osimage -o a')).toEqual({
      code: 0,
      stdout: '1 object definitions have been removed.\n',
      stderr: '',
    });
    expect((await world.run('rmdef -t osimage b,c')).stdout).toBe(
      '2 object definitions have been removed.\n',
    );
    expect(await readdir(join(world.home, 'osimage'))).toEqual([]);
  });

  it('removes the known one beside an unknown one, and exits with 1', async () => {
    const { code, stdout, stderr } = await world.run('rmdef -t osimage -o nosuch,a');
    expect([code, stdout]).toEqual([1, '1 object definitions have been removed.\n']);
    expect(stderr).toMatch(/^Error: .*'nosuch'/);
    expect(await readdir(join(world.home, 'osimage'))).toEqual([]);
  });

  it.each([
    ['-t osimage -o nosuch', 'No objects have been removed from the xCAT database.\n'],
    ['-t osimage -o ../osimage/a', 'No objects have been removed from the xCAT database.\n'],
    ['-o a', 'No objects have been removed from the xCAT database.\n'],
    ['-t osimage', ''],
    ["-t osimage -o ''", ''],
    ['-t bogus -o a', ''],
    ['-t osimage -o a -w osarch==x86_64', ''],
    ['-t osimage -o a -d', ''],
    ['-t osimage a b', ''],
    ['-t osimage -o a osarch=x', ''],
    ['-t site -o a', 'No objects have been removed from the xCAT database.\n'],
  ])('removes nothing: rmdef %s', async (line, stdout) => {
    expect(await world.run(`rmdef ${line}`)).toMatchObject({ code: 1, stdout });
    expect(await readdir(join(world.home, 'osimage'))).toEqual(['a.stanza']);
  });

  it('takes the options that concern nodes in xCAT', async () => {
    expect((await world.run('rmdef -VfC -t osimage a')).code).toBe(0);
    expect(await readdir(join(world.home, 'osimage'))).toEqual([]);
  });

  it('keeps the site when another name is given', async () => {
    await world.run('chdef -t site installdir=/x');
    expect((await world.run('rmdef -t site -o timezone')).stderr).toMatch(/^Error: .*'timezone'/);
    expect((await world.run('lsdef -t site -i installdir -c')).stdout).toBe('clustersite: installdir=/x\n');
  });

  it('leaves the site its defaults', async () => {
    await world.run('chdef -t site installdir=/x');
    expect((await world.run('rmdef -t site')).stdout).toBe('1 object definitions have been removed.\n');
    expect((await world.run('lsdef -t site -i installdir -c')).stdout).toBe(
      'clustersite: installdir=/install\n',
    );
  });
});
