import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

const created = (count: number): string => `${count} object definitions have been created or modified.\n`;
const basics = 'imagetype=linux osvers=rhels9.4 osarch=x86_64 profile=compute provmethod=netboot';
const basicLines =
  '    imagetype=linux\n    osarch=x86_64\n    osvers=rhels9.4\n    profile=compute\n    provmethod=netboot\n';

let world: DefWorld;
beforeEach(async () => {
  world = await makeDefWorld();
});
afterEach(() => world.remove());

/** What lsdef shows of an object, without its heading. */
async function shown(name: string): Promise<string> {
  const { stdout } = await world.run(`lsdef -t osimage -o ${name}`);
  return stdout.replace(`Object name: ${name}\n`, '');
}

async function names(): Promise<string[]> {
  return readdir(join(world.home, 'osimage')).catch(() => []);
}

describe('mkdef with values', () => {
  it('creates an object in a stanza file of its own', async () => {
    const answer = await world.run(`mkdef -t osimage -o n1 ${basics} pkglist=/a,/b`);
    expect(answer).toEqual({ code: 0, stdout: created(1), stderr: '' });
    const file = join(world.home, 'osimage/n1.stanza');
    expect(await readFile(file, 'utf8')).toBe(
      '# <xCAT data object stanza file>\n\nn1:\n    objtype=osimage\n    imagetype=linux\n    osarch=x86_64\n    osvers=rhels9.4\n' +
        '    pkglist=/a,/b\n    profile=compute\n    provmethod=netboot\n',
    );
    expect((await stat(file)).mode & 0o777).toBe(0o644);
  });

  it.each([
    ['a bare name', 'mkdef -t osimage n1'],
    ['a bundled type', 'mkdef -tosimage -on1'],
    ['the name after the values', 'mkdef -t osimage osname=Linux n1'],
  ])('takes %s', async (_, line) => {
    expect(await world.run(`${line} ${basics}`)).toMatchObject({ code: 0, stdout: created(1) });
    expect(await shown('n1')).toContain(basicLines.slice(0, 40));
  });

  it('creates several objects at once', async () => {
    expect((await world.run(`mkdef -t osimage -o n1,n2 ${basics}`)).stdout).toBe(created(2));
    expect(await shown('n2')).toBe(basicLines);
  });

  it.each([
    ["'usercomment=a = b, c'", 'a = b, c'],
    ["'usercomment=  blanks  '", 'blanks'],
    [`'usercomment="quoted"'`, '"quoted"'],
    ["'usercomment=ends with:'", 'ends with:'],
    ['usercomment=first usercomment=last', 'last'],
    ["' usercomment = x'", 'x'],
    ['usercomment=0', '0'],
    ["'usercomment=# no comment'", '# no comment'],
    ["'usercomment=größe\u00a0€\u2028'", 'größe\u00a0€\u2028'],
  ])('keeps the value of %s', async (word, value) => {
    await world.run(`mkdef -t osimage -o n1 ${basics} ${word}`);
    expect(await shown('n1')).toContain(`    usercomment=${value}\n`);
  });

  it('takes an empty value as unset', async () => {
    expect((await world.run(`mkdef -t osimage -o n1 ${basics} pkglist=`)).stdout).toBe(created(1));
    expect(await shown('n1')).toBe(basicLines);
  });

  it.each([
    ['an unknown attribute', `-t osimage -o n1 ${basics} bogus=1`, "'bogus'"],
    ['objtype as a value', `-t osimage -o n1 ${basics} objtype=osimage`, "'objtype'"],
    ['an attribute without a name', `-t osimage -o n1 ${basics} =1`, "''"],
    ['a linux attribute without imagetype', '-t osimage -o n1 osarch=x86_64 pkglist=/p', "'pkglist'"],
    ['a linux attribute with imagetype Linux', '-t osimage -o n1 imagetype=Linux pkglist=/p', "'pkglist'"],
    ['rootfstype without imagetype', '-t osimage -o n1 osarch=x86_64 rootfstype=nfs', "'rootfstype'"],
    ['a slash in the name', `-t osimage -o a/b ${basics}`, "'a/b'"],
    ['a blank in the name', `-t osimage -o 'a b' ${basics}`, "'a b'"],
    ['a name that heads defaults', `-t osimage -o default-osimage ${basics}`, "'default-osimage'"],
    ['a hidden name', `-t osimage -o ..  ${basics}`, "'..'"],
    ['a line break in a value', `-t osimage -o n1 ${basics} 'usercomment=a\nb'`, 'usercomment'],
    ['no attributes', '-t osimage -o n1', 'n1'],
    ['no name', `-t osimage ${basics}`, 'No object names'],
    ['two names as two words', `-t osimage n1 n2 ${basics}`, 'n2'],
    ['an unknown type', `-t bogus -o n1 ${basics}`, 'bogus'],
    ['no type', `-o n1 ${basics}`, 'node'],
    ['-p', `-t osimage -o n1 -p ${basics}`, '-p'],
    ['an unknown option', `-t osimage -o n1 --wrong ${basics}`, 'wrong'],
    ['an unknown template', '-t osimage -o n1 --template nosuch', "'nosuch'"],
    ['a template without a name', '-t osimage -o n1 --template', '--template'],
  ])('creates nothing with %s', async (_, line, named) => {
    const { code, stdout, stderr } = await world.run(`mkdef ${line}`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^(Error|Warning): /);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain('bug');
    expect(await names()).toEqual([]);
  });

  it('reports all that is wrong at once', async () => {
    const { stderr } = await world.run('mkdef -t osimage -o n1 bogus=1 wrong=2 osarch=x86_64');
    expect(stderr.match(/^Error: /gm)).toHaveLength(2);
  });

  it('keeps usercomment for the image types that have comments', async () => {
    expect((await world.run('mkdef -t osimage -o n1 imagetype=NIM usercomment=x')).code).toBe(0);
  });

  it('shows its usage when it is typed alone', async () => {
    const { code, stdout } = await world.run('mkdef');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: mkdef /);
  });
});

describe('mkdef over an existing object', () => {
  beforeEach(() => world.load('n1:\n objtype=osimage\n osarch=ppc64\n description=old\n'));

  it('warns, names -f and changes nothing', async () => {
    const { code, stdout, stderr } = await world.run(`mkdef -t osimage -o n1 ${basics}`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Warning: .*'n1'.*-f/);
    expect(stderr).toMatch(/^Error: 0 object definitions have been created or modified\.$/m);
    expect(await shown('n1')).toBe('    description=old\n    osarch=ppc64\n');
  });

  it('creates the others and exits with 0', async () => {
    const answer = await world.run(`mkdef -t osimage -o n1,n2 ${basics}`);
    expect(answer).toMatchObject({ code: 0, stdout: created(1) });
    expect(await shown('n1')).toContain('osarch=ppc64');
    expect(await shown('n2')).toBe(basicLines);
  });

  it.each(['-f', '--force', '--fo'])('replaces it whole with %s', async (force) => {
    const answer = await world.run(`mkdef -t osimage ${force} -o n1 ${basics}`);
    expect(answer).toEqual({ code: 0, stdout: created(1), stderr: '' });
    expect(await shown('n1')).toBe(basicLines);
  });

  it('keeps the old one when the new one is wrong', async () => {
    expect((await world.run('mkdef -t osimage -f -o n1 pkglist=/p')).code).toBe(1);
    expect(await shown('n1')).toBe('    description=old\n    osarch=ppc64\n');
  });
});

describe('mkdef --template', () => {
  beforeEach(() => world.load('t:\n objtype=osimage\n imagetype=linux\n osarch=ppc64\n pkglist=/p,/q\n'));

  it('copies what is not given', async () => {
    expect((await world.run('mkdef -t osimage -o n1 --template t')).stdout).toBe(created(1));
    expect(await shown('n1')).toBe('    imagetype=linux\n    osarch=ppc64\n    pkglist=/p,/q\n');
    await world.run('mkdef -t osimage -o n2 --templ=t osarch=x86_64 profile=compute pkglist=');
    expect(await shown('n2')).toBe('    imagetype=linux\n    osarch=x86_64\n    profile=compute\n');
  });

  it.each(['--template t -o t', '--template a,b -o n1', '-z --template t'])('refuses %s', async (line) => {
    const type = line.startsWith('-z') ? '' : '-t osimage';
    expect((await world.run(`mkdef ${type} ${line}`, 'x:\n objtype=osimage\n osarch=a\n')).code).toBe(1);
    expect(await names()).toEqual(['t.stanza']);
  });
});

describe('mkdef -z', () => {
  it('creates every object of its input', async () => {
    const stanzas =
      'a:\n    objtype=osimage\n    osarch=x86_64\n\nb:\n    objtype=osimage\n    osarch=ppc64\n';
    expect(await world.run('mkdef -z', stanzas)).toEqual({ code: 0, stdout: created(2), stderr: '' });
    expect(await names()).toEqual(['a.stanza', 'b.stanza']);
  });

  it.each([
    ['CRLF', 'a:\r\n    objtype=osimage\r\n    osarch=x86_64\r\n'],
    ['tabs', 'a:\n\tobjtype=osimage\n\tosarch\t=\tx86_64\t\n'],
    ['no indentation', 'a:\nobjtype=osimage\nosarch=x86_64\n'],
    ['blanks round the name', '  a  : \n objtype=osimage\n osarch=x86_64\n'],
    ['comments and blank lines', '#c\na:\n\n # d\n objtype=osimage\n\n  #e=f\n osarch=x86_64\n#g:\n'],
    ['a byte order mark', '\uFEFFa:\n objtype=osimage\n osarch=x86_64\n'],
    ['no newline at the end', 'a:\n objtype=osimage\n osarch=x86_64'],
    ['objtype last', 'a:\n osarch=x86_64\n objtype=osimage\n'],
    ['a defaults section', 'default-osimage:\n osarch=x86_64\na:\n objtype=osimage\n description=\n'],
    [
      'a defaults section that it overrides',
      'default-osimage:\n osarch=b\na:\n objtype=osimage\n osarch=x86_64\n',
    ],
    ['the last of two equal attributes', 'a:\n objtype=osimage\n osarch=b\n osarch=x86_64\n'],
    [
      'two objects of one name',
      'a:\n objtype=osimage\n osarch=b\nb:\n objtype=osimage\n osarch=c\na:\n osarch=x86_64\n',
    ],
    ['the name as imagename', 'a:\n objtype=osimage\n imagename=a\n osarch=x86_64\n'],
  ])('reads %s', async (_, stanzas) => {
    expect((await world.run('mkdef -z', stanzas)).code).toBe(0);
    expect(await shown('a')).toBe('    osarch=x86_64\n');
  });

  it('keeps quotes, colons and equal signs of a value', async () => {
    const value = '"a=b" \'c\' d=e:';
    await world.load(`a:\n objtype=osimage\n description=${value}\n`);
    expect(await shown('a')).toBe(`    description=${value}\n`);
  });

  it('applies defaults to the objects that follow only', async () => {
    await world.load(
      'a:\n objtype=osimage\n osarch=x86_64\ndefault-osimage:\n profile=p\n provmethod=m\nb:\n objtype=osimage\n' +
        'default-osimage:\n profile=q\nc:\n objtype=osimage\n provmethod=\n',
    );
    expect(await shown('a')).toBe('    osarch=x86_64\n');
    expect(await shown('b')).toBe('    profile=p\n    provmethod=m\n');
    expect(await shown('c')).toBe('    profile=q\n');
  });

  it.each([
    ['no objtype', 'a:\n osarch=x86_64\n', '<stdin>:1: '],
    ['an object without lines', 'a:\n', '<stdin>:1: '],
    [
      'objtype in the defaults only',
      'default-osimage:\n objtype=osimage\na:\n osarch=x86_64\n',
      '<stdin>:3: ',
    ],
    ['an unknown type', 'a:\n objtype=bogus\n', "'bogus'"],
    ['a foreign type', 'a:\n objtype=node\n groups=all\n', "'node'"],
    ['an unknown attribute', 'a:\n objtype=osimage\n bogus=1\n', '<stdin>:3: '],
    ['a linux attribute', 'a:\n objtype=osimage\n pkglist=/p\n', '<stdin>:3: '],
    ['a line without =', 'a:\n objtype=osimage\n osarch\n', '<stdin>:3: '],
    ['a trailing comment', 'a: # x\n objtype=osimage\n osarch=x\n', '<stdin>:1: '],
    ['a header without a name', ':\n objtype=osimage\n osarch=x\n', '<stdin>:1: '],
    ['a line of nothing but =', 'a:\n objtype=osimage\n =x\n', '<stdin>:3: '],
    ['bytes that are no UTF-8', 'a:\n objtype=osimage\n osarch=\uFFFD\n', '<stdin>:3: '],
    ['a slash in a name', 'a/b:\n objtype=osimage\n osarch=x\n', "'a/b'"],
    ['a comma in a name', 'a,b:\n objtype=osimage\n osarch=x\n', "'a,b'"],
    ['a site that is not clustersite', 'a:\n objtype=site\n installdir=/x\n', 'clustersite'],
    ['nothing', '', 'No object names'],
    ['comments only', '# nothing\n', 'No object names'],
  ])('refuses the whole input for %s', async (_, stanzas, named) => {
    const good = 'good:\n objtype=osimage\n osarch=x86_64\n';
    const input = stanzas.includes(':\n') ? `${stanzas}${good}` : stanzas;
    const { code, stdout, stderr } = await world.run('mkdef -z', input);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(named);
    expect(await names()).toEqual([]);
  });

  it('names everything that is wrong in one report', async () => {
    const stanzas = 'a:\n objtype=osimage\n junk\n bogus=1\nb:\n osarch=x\nc d:\n objtype=osimage\n';
    const { stderr } = await world.run('mkdef -z', stanzas);
    const lines = stderr.match(/^Error: <stdin>:\d+/gm);
    expect(lines).toEqual(['Error: <stdin>:3', 'Error: <stdin>:4', 'Error: <stdin>:5', 'Error: <stdin>:7']);
  });

  it('warns of lines without effect', async () => {
    const stanzas =
      'osarch=lost\ndefault-node:\n groups=all\na:\n objtype=osimage\n osarch=b\n osarch=c\n imagename=x\n';
    const { code, stderr } = await world.run('mkdef -z', stanzas);
    expect(code).toBe(0);
    expect(stderr.match(/^Warning: <stdin>:\d+/gm)).toEqual([
      'Warning: <stdin>:1',
      'Warning: <stdin>:6',
      'Warning: <stdin>:2',
      'Warning: <stdin>:8',
    ]);
  });

  it('says what to do with the output of lsdef without -z', async () => {
    expect((await world.run('mkdef -t osimage -o n1 osarch=x')).stdout).toBe(created(1));
    const { code, stderr } = await world.run('mkdef -z', (await world.run('lsdef -t osimage n1')).stdout);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'Warning: <stdin>:2: osarch stands before the first object and has no effect.\n' +
        'Error: <stdin>:1: Neither "name:" nor "attribute=value": Object name: n1\n' +
        '  This looks like what lsdef shows: lsdef -z prints stanzas.\n',
    );
  });

  it.each(['-t osimage', '-o a', 'a', 'osarch=x'])(
    'takes nothing else from the command line: %s',
    async (more) => {
      const answer = await world.run(`mkdef -z ${more}`, 'a:\n objtype=osimage\n osarch=x\n');
      expect(answer).toMatchObject({ code: 1, stdout: '' });
      expect(await names()).toEqual([]);
    },
  );

  it('replaces existing objects with -f, also bundled', async () => {
    await world.load('a:\n objtype=osimage\n description=x\n');
    expect((await world.run('mkdef -zf', 'a:\n objtype=osimage\n osarch=x\n')).stdout).toBe(created(1));
    expect(await shown('a')).toBe('    osarch=x\n');
  });

  it('does not create an object of which nothing is said', async () => {
    const answer = await world.run('mkdef -z', 'a:\n objtype=osimage\nb:\n objtype=osimage\n osarch=x\n');
    expect(answer).toMatchObject({ code: 0, stdout: created(1) });
    expect(answer.stderr).toContain("'a'");
    expect(await names()).toEqual(['b.stanza']);
  });
});

describe('mkdef -t site', () => {
  it('needs -f, because the site always exists', async () => {
    expect(await world.run('mkdef -t site installdir=/x')).toMatchObject({ code: 1, stdout: '' });
    expect(await world.run('mkdef -t site -f installdir=/x domain=example')).toMatchObject({
      code: 0,
      stdout: created(1),
    });
    expect((await world.run('lsdef -t site -l')).stdout).toBe(
      'Object name: clustersite\n    domain=example\n    installdir=/x\n    tftpdir=/tftpboot\n',
    );
    expect(await readdir(join(world.home, 'site'))).toEqual(['clustersite.stanza']);
  });
});

describe('the store', () => {
  it('sweeps temporary files of killed runs, not those of running ones', async () => {
    await mkdir(join(world.home, 'osimage'));
    const stale = join(world.home, 'osimage/a.stanza.123456');
    await writeFile(stale, '');
    await writeFile(join(world.home, 'osimage/b.stanza.7'), '');
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(stale, hourAgo, hourAgo);
    await world.load('c:\n objtype=osimage\n osarch=x\n');
    expect(await names()).toEqual(['b.stanza.7', 'c.stanza']);
    expect((await world.run('lsdef -t osimage')).stdout).toBe('c  (osimage)\n');
  });

  it('says what it could not write', async () => {
    await writeFile(join(world.home, 'osimage'), 'a file');
    const { code, stderr } = await world.run(`mkdef -t osimage -o n1 ${basics}`);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${join(world.home, 'osimage')}: Cannot be read: it, or a part of its path, is not a folder.`,
    );
    expect(stderr).not.toContain('bug');
  });
});
