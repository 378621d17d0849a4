import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

const imgA = `    environvar=A=1,B=2
    exlist=/e/a,/e/b
    imagetype=linux
    netdrivers=tg3,bnx2
    osarch=x86_64
    osname=Linux
    osvers=rhels9.4
    otherpkgdir=/install/post/otherpkgs/rhels9.4/x86_64
    pkgdir=/install/rhels9.4/x86_64
    pkglist=/opt/xcat/share/xcat/netboot/rh/compute.rhels9.x86_64.pkglist
    postinstall=/install/custom/netboot/rh/p1.sh -x 1,/install/custom/netboot/rh/p2.sh
    profile=compute
    provmethod=netboot
    rootimgdir=/install/netboot/rhels9.4/x86_64/compute
`;
const imgB = `    imagetype=linux
    osarch=x86_64
    osname=Linux
    osvers=sles12.5
    permission=755
    pkgdir=/install/sles12.5/x86_64
    pkglist=/opt/xcat/share/xcat/netboot/sles/compute.sles12.x86_64.pkglist
    profile=compute
    provmethod=netboot
    rootimgdir=/install/netboot/sles12.5/x86_64/compute
`;
const imgC = `    imagetype=linux
    osarch=x86_64
    osname=Linux
    osvers=rhels8.6.0
    otherpkgdir=/install/post/otherpkgs/rhels8.6.0/x86_64
    pkgdir=/install/rhels8.6.0/x86_64
    profile=compute
    provmethod=install
    template=/opt/xcat/share/xcat/install/rh/compute.rhels8.tmpl
`;
const header = '# <xCAT data object stanza file>\n';
const none = 'No object definitions have been found\n';
const listed = (...names: string[]): string => names.map((name) => `${name}  (osimage)\n`).join('');

describe('lsdef of three images', () => {
  let world: DefWorld;
  beforeAll(async () => {
    world = await makeDefWorld('three-images');
  });
  afterAll(() => world.remove());

  it.each([
    ['lsdef -t osimage', listed('imgA', 'imgB', 'imgC')],
    ['lsdef -t osimage -s', listed('imgA', 'imgB', 'imgC')],
    ['lsdef -tosimage --short', listed('imgA', 'imgB', 'imgC')],
    ['lsdef -t osimage -o imgA -s', listed('imgA')],
    ['lsdef -t osimage -o imgA', `Object name: imgA\n${imgA}`],
    ['lsdef -t osimage imgA', `Object name: imgA\n${imgA}`],
    ['lsdef imgA -t osimage', `Object name: imgA\n${imgA}`],
    ['lsdef -t osimage -o imgA -l', `Object name: imgA\n${imgA}`],
    ['lsdef -t osimage --lo --o=imgA', `Object name: imgA\n${imgA}`],
    ['lsdef -t osimage -o imgB,imgA', `Object name: imgA\n${imgA}Object name: imgB\n${imgB}`],
    ['lsdef -t osimage -o imgB,,imgB,', `Object name: imgB\n${imgB}`],
    ['lsdef -t osimage -l', `Object name: imgA\n${imgA}Object name: imgB\n${imgB}Object name: imgC\n${imgC}`],
    ['lsdef -t osimage -z imgB', `${header}\nimgB:\n    objtype=osimage\n${imgB}`],
    ['lsdef -zt osimage -o imgB -l', `${header}\nimgB:\n    objtype=osimage\n${imgB}`],
    [
      'lsdef -t osimage --stanza',
      `${header}\nimgA:\n    objtype=osimage\n${imgA}\nimgB:\n    objtype=osimage\n${imgB}\nimgC:\n    objtype=osimage\n${imgC}`,
    ],
    ['lsdef -V -t osimage -S imgA', `Object name: imgA\n${imgA}`],
    ['lsdef --verbose -t osimage -z imgB', `${header}\nimgB:\n    objtype=osimage\n${imgB}`],
    ['lsdef -t osimage -z -s', `${header}\nimgA:\n\nimgB:\n\nimgC:\n`],
  ])('%s', async (line, stdout) => {
    expect(await world.run(line)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([
    ['-o imgA -i osarch', 'Object name: imgA\n    osarch=x86_64\n'],
    [
      '-o imgA -i profile,kerneldir,osarch,profile',
      'Object name: imgA\n    kerneldir=\n    osarch=x86_64\n    profile=compute\n',
    ],
    [
      '-i osvers',
      'Object name: imgA\n    osvers=rhels9.4\nObject name: imgB\n    osvers=sles12.5\nObject name: imgC\n    osvers=rhels8.6.0\n',
    ],
    ['-i permission -c', 'imgA: permission=\nimgB: permission=755\nimgC: permission=\n'],
    ['-o imgB -i osvers,osarch -c', 'imgB: osarch=x86_64\nimgB: osvers=sles12.5\n'],
    ['-o imgB -i osvers -z', `${header}\nimgB:\n    objtype=osimage\n    osvers=sles12.5\n`],
    ['-o imgB -i imagename', 'Object name: imgB\n    imagename=\n'],
    ['-w osvers==sles12.5 -i osvers', 'Object name: imgB\n    osvers=sles12.5\n'],
  ])('attributes: lsdef -t osimage %s', async (line, stdout) => {
    expect(await world.run(`lsdef -t osimage ${line}`)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([
    ['-o imgA -i osarch,bogus', 'Object name: imgA\n    osarch=x86_64\n', 'bogus'],
    ['-o imgA -i bogus', 'Object name: imgA\n', 'bogus'],
    ['-o imgA -i bogus -c', none, 'bogus'],
    ['-o imgA -i objtype', 'Object name: imgA\n', 'objtype'],
    ['-o nosuch', none, 'nosuch'],
    ['nosuch,imgB', `Object name: imgB\n${imgB}`, 'nosuch'],
    ['-o nosuch -z', header, 'nosuch'],
    ['-o nosuch -s', none, 'nosuch'],
    ['-o ../osimage/imgA', none, '../osimage/imgA'],
  ])('partly wrong: lsdef -t osimage %s', async (line, stdout, named) => {
    const answer = await world.run(`lsdef -t osimage ${line}`);
    expect(answer.stdout).toBe(stdout);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/^Error: /);
    expect(answer.stderr).toContain(`'${named}'`);
  });

  it.each([
    ['osvers==rhels9.4', ['imgA']],
    ['osvers=rhels9.4', ['imgA']],
    ['osvers!=rhels9.4', ['imgB', 'imgC']],
    ['osvers=~rhels', ['imgA', 'imgC']],
    ['osvers=~/^rhels[0-8]/', ['imgC']],
    ['osvers=~^RHELS', []],
    ['osvers=~(?i)^RHELS', ['imgA', 'imgC']],
    ['osvers!~rhels', ['imgB']],
    ['osvers!~/^sles/', ['imgA', 'imgC']],
    ['environvar==A=1,B=2', ['imgA']],
    ['environvar!=A=1,B=2', ['imgB', 'imgC']],
    ['environvar=~A=1', ['imgA']],
    ['postinstall=~sh -x 1,', ['imgA']],
    ['permission==', ['imgA', 'imgC']],
    ['permission!=', ['imgB']],
    ['permission!=755', ['imgA', 'imgC']],
    ['permission=~^$', ['imgA', 'imgC']],
    ['permission=~.', ['imgB']],
    ['permission!~7', ['imgA', 'imgC']],
    ['bogus==1', []],
    ['bogus==', []],
    ['bogus!=1', []],
    ['bogus!~1', []],
    ['imagename==imgA', []],
    ['objtype==osimage', ['imgA', 'imgB', 'imgC']],
    ['osarch == x86_64', []],
  ])('selection %s', async (selection, names) => {
    const { code, stdout, stderr } = await world.run(`lsdef -t osimage -w '${selection}'`);
    expect(stdout).toBe(names.length === 0 ? none : listed(...names));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('ands selections, also of one attribute', async () => {
    const two = await world.run('lsdef -t osimage -w osvers=~rhels -w provmethod==netboot');
    expect(two.stdout).toBe(listed('imgA'));
    const same = await world.run('lsdef -t osimage -w osvers=~rhels -w osvers!=rhels9.4');
    expect(same.stdout).toBe(listed('imgC'));
  });

  it('selects among named objects and shows stanzas of what is left', async () => {
    expect((await world.run('lsdef -t osimage -o imgA,imgB -w osvers==sles12.5')).stdout).toBe(
      `Object name: imgB\n${imgB}`,
    );
    expect((await world.run('lsdef -t osimage -z -w osvers==sles12.5')).stdout).toBe(
      `${header}\nimgB:\n    objtype=osimage\n${imgB}`,
    );
    expect(await world.run('lsdef -t osimage -z -w osvers==x')).toEqual({
      code: 0,
      stdout: header,
      stderr: '',
    });
  });

  it.each([
    ['lsdef -t osimage -w osarch', 'osarch'],
    ['lsdef -t osimage -w environvar=A=1', 'environvar=A=1'],
    ['lsdef -t osimage -w osarch=~(', 'osarch=~('],
    ['lsdef -t bogus', 'bogus'],
    ['lsdef -t osimage,bogus', 'bogus'],
    ['lsdef -t osimage -l -s', '-l'],
    ['lsdef -t osimage -i osarch -s', '-i'],
    ['lsdef -t osimage -c', '-c'],
    ['lsdef -t osimage -a', '-a'],
    ['lsdef -t osimage imgA imgB', 'imgB'],
    ['lsdef -t osimage --bogus', 'bogus'],
    ['lsdef -t osimage -Q', '-Q'],
    ['lsdef -t osimage --s=1', '--s'],
    ['lsdef -t osimage -o', '-o'],
    ['lsdef -t osimage --', ''],
  ])('refused: %s', async (line, named) => {
    const { code, stdout, stderr } = await world.run(line);
    if (named === '') return expect(code).toBe(0);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Error: /);
    expect(stderr).toContain(named);
  });

  it('warns of values, which xCAT ignores in silence', async () => {
    const { code, stdout, stderr } = await world.run('lsdef -t osimage,osimage osarch=x86_64');
    expect([code, stdout]).toEqual([0, listed('imgA', 'imgB', 'imgC')]);
    expect(stderr).toBe(
      "Warning: osarch=… has no effect on lsdef.\n  -w 'osarch==VALUE' selects by a value.\n",
    );
  });

  it('looks for nodes without -t, which are not kept here', async () => {
    const listing = await world.run('lsdef');
    expect(listing).toMatchObject({ code: 0, stdout: 'Could not find any object definitions to display.\n' });
    expect(listing.stderr).toContain('-t');
    expect(await world.run('lsdef imgA')).toMatchObject({ code: 1, stdout: none });
  });

  it('shows several types with the type in each heading', async () => {
    const { stdout } = await world.run('lsdef -a');
    expect(stdout).toBe(`${listed('imgA', 'imgB', 'imgC')}clustersite  (site)\n`);
    const long = await world.run('lsdef -t osimage,site -l -w osvers==sles12.5');
    expect(long.stdout).toBe(`Object name: imgB  (osimage)\n${imgB}`);
  });
});

describe('lsdef', () => {
  let world: DefWorld;
  beforeEach(async () => {
    world = await makeDefWorld();
  });
  afterEach(() => world.remove());

  it.each(['lsdef -t osimage', 'lsdef -t osimage -l', 'lsdef -t osimage -z', 'lsdef -t osimage -w a==b'])(
    'says that an empty store is empty: %s',
    async (line) => {
      const stdout = 'Could not find any object definitions to display.\n';
      expect(await world.run(line)).toEqual({ code: 0, stdout, stderr: '' });
    },
  );

  it('shows the site with its defaults', async () => {
    const lines = '    installdir=/install\n    tftpdir=/tftpboot\n';
    expect((await world.run('lsdef -t site')).stdout).toBe('clustersite  (site)\n');
    expect((await world.run('lsdef -t site -l')).stdout).toBe(`Object name: clustersite\n${lines}`);
    expect((await world.run('lsdef -t site -o clustersite')).stdout).toBe(
      `Object name: clustersite\n${lines}`,
    );
    expect((await world.run('lsdef -t site clustersite -i installdir')).stdout).toBe(
      'Object name: clustersite\n    installdir=/install\n',
    );
    expect((await world.run('lsdef -t site -i installdir -c')).stdout).toBe(
      'clustersite: installdir=/install\n',
    );
    expect((await world.run('lsdef -t site -i timezone')).stdout).toBe('Object name: clustersite\n');
    expect((await world.run('lsdef -t site -z')).stdout).toBe(
      `${header}\nclustersite:\n    objtype=site\n${lines}`,
    );
    const other = await world.run('lsdef -t site -o other');
    expect(other).toMatchObject({ code: 1, stdout: `Object name: clustersite\n${lines}` });
  });

  it('hides attributes that the imagetype does not allow, and shows them again', async () => {
    await world.load(
      'a:\n objtype=osimage\n imagetype=linux\n osarch=x86_64\n pkglist=/p\n usercomment=hi\n',
    );
    await world.run('chdef -t osimage -o a imagetype=NIM');
    expect((await world.run('lsdef -t osimage a')).stdout).toBe(
      'Object name: a\n    imagetype=NIM\n    osarch=x86_64\n    usercomment=hi\n',
    );
    await world.run('chdef -t osimage -o a imagetype=linux');
    expect((await world.run('lsdef -t osimage a')).stdout).toContain('    pkglist=/p\n');
  });

  it('shows the other objects when one file is damaged, and says where', async () => {
    await world.load('a:\n objtype=osimage\n osarch=x86_64\n');
    const file = join(world.home, 'osimage/b.stanza');
    await writeFile(file, 'b:\n    objtype=osimage\n    osarch\n    bogus=1\n');
    const all = await world.run('lsdef -t osimage -l');
    expect(all).toMatchObject({ code: 1, stdout: 'Object name: a\n    osarch=x86_64\n' });
    expect(all.stderr).toContain(`Error: ${file}:3: `);
    expect(all.stderr).toContain(`Error: ${file}:4: 'bogus'`);
    const one = await world.run('lsdef -t osimage b');
    expect(one).toMatchObject({ code: 1, stdout: none });
    expect(one.stderr).not.toContain('Could not find');
    expect((await world.run('lsdef -t osimage')).stdout).toBe(listed('a', 'b'));
  });

  it('names the files of an object that is not where it should be', async () => {
    await mkdir(join(world.home, 'osimage'));
    await writeFile(join(world.home, 'osimage/a.stanza'), 'b:\n    objtype=osimage\n');
    await writeFile(join(world.home, 'osimage/c.stanza'), '\n');
    const { code, stderr } = await world.run('lsdef -t osimage -l');
    expect(code).toBe(1);
    expect(stderr).toContain('a.stanza:1: ');
    expect(stderr).toContain('c.stanza: ');
  });

  it('reads another store with --store', async () => {
    await world.load('a:\n objtype=osimage\n osarch=x86_64\n');
    const { stdout } = await world.run(`lsdef -t osimage --store ${join(world.home, 'none')}`);
    expect(stdout).toBe('Could not find any object definitions to display.\n');
  });

  it('explains itself', async () => {
    expect((await world.run('lsdef -h')).stdout).toMatch(/^Usage: lsdef /);
    expect((await world.run('lsdef -h -t osimage')).stdout).toMatch(/^pkglist +files/m);
    expect((await world.run('lsdef -h -t site')).stdout).toMatch(/^installdir +/m);
    expect((await world.run('lsdef -t osimage -h -i osvers,osarch')).stdout).toMatch(
      /:\n\nosarch .*\nosvers .*\n$/,
    );
    expect((await world.run('lsdef -t osimage -h -i bogus')).stdout).toMatch(/^pkglist +files/m);
    expect((await world.run('lsdef -v')).stdout).toMatch(/^lsdef \d+\.\d+\.\d+\n$/);
  });

  it('lists 5,000 names', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `img${String(i).padStart(5, '0')}`);
    await mkdir(join(world.home, 'osimage'));
    const text = (name: string): string => `${name}:\n    objtype=osimage\n    osarch=x86_64\n`;
    await Promise.all(names.map((name) => writeFile(join(world.home, `osimage/${name}.stanza`), text(name))));
    expect((await world.run('lsdef -t osimage -s')).stdout).toBe(listed(...names));
    expect((await world.run('lsdef -t osimage -i osarch -c')).stdout.split('\n')).toHaveLength(5001);
  });
});
