import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNodeArguments } from '../../src/render/parse-arguments.ts';
import { makeWorld, shellWords, type World } from './genimage/world.ts';

const genimage = join(import.meta.dirname, '../../bin/genimage');

let world: World;
beforeEach(async () => {
  world = await makeWorld();
  await world.file('/install/a.pkglist');
});
afterEach(() => world.remove());

type Attributes = Readonly<Record<string, string | undefined>>;

async function define(attributes: Attributes = {}, name = 'x'): Promise<void> {
  const all: Attributes = {
    imagetype: 'linux',
    osarch: 'x86_64',
    osname: 'Linux',
    osvers: 'rhels9.4',
    profile: 'compute',
    provmethod: 'netboot',
    pkglist: '/install/a.pkglist',
    ...attributes,
  };
  const lines = Object.entries(all).flatMap(([key, value]) =>
    value === undefined ? [] : [`    ${key}=${value}\n`],
  );
  await world.define(`${name}:\n    objtype=osimage\n${lines.join('')}`);
}

/** The request that the printed line makes on the node. */
function requested(stdout: string) {
  const line = stdout.slice(stdout.indexOf('cd '));
  const [, , ...words] = shellWords(line.trimEnd());
  return parseNodeArguments(words);
}

function errors(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('Error: '));
}

describe('genimage --dryrun', () => {
  it('prints two lines and changes nothing', async () => {
    await define();
    const before = await readdir(world.root, { recursive: true });
    const { code, stdout, stderr } = await world.run('--dryrun', '-k', '1.2', 'x');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(world.away(stdout)).toBe(
      'Generating image:\n' +
        'The kernelver is different from the definition (unset), will update it.\n' +
        'cd /opt/xcat/share/xcat/netboot/rh; ./genimage -a x86_64 -o rhels9.4 -p compute -k 1.2' +
        ' --srcdir /install/rhels9.4/x86_64 --pkglist /install/a.pkglist' +
        ' --otherpkgdir /install/post/otherpkgs/rhels9.4/x86_64' +
        ' --rootimgdir /install/netboot/rhels9.4/x86_64/compute x\n',
    );
    expect(await readdir(world.root, { recursive: true })).toEqual(before);
    expect(await readFile(join(world.root, 'etc/osimage/x.stanza'), 'utf8')).not.toContain('kernelver');
  });

  it("names the usual folders where the site's installdir is not the node's", async () => {
    await define();
    const folders = ['srcdir', 'otherpkgdir', 'rootimgdir'];
    const usual = requested((await world.run('--dryrun', 'x')).stdout);
    expect(Object.keys(usual).filter((key) => folders.includes(key)).length).toBe(3);
    await world.site('installdir=/install');
    const { stdout } = await world.run('--dryrun', 'x');
    expect(stdout).not.toMatch(/--(srcdir|otherpkgdir|rootimgdir)/);
  });

  it('names the list of the profile where the definition has none', async () => {
    await define({ pkglist: undefined });
    expect((await world.run('--dryrun', 'x')).stderr).toContain('pkglist=FILE');
    await world.file('/opt/xcat/share/xcat/netboot/rh/compute.rhels9.x86_64.pkglist');
    const { stderr } = await world.run('--dryrun', 'x');
    expect(world.away(stderr)).toContain(
      'chdef -t osimage -o x pkglist=/opt/xcat/share/xcat/netboot/rh/compute.rhels9.x86_64.pkglist',
    );
  });

  it.each(['nosuch', 'x'])('--json of what cannot be built says why, and fails: %s', async (name) => {
    await define({ pkglist: '/install/nosuch.pkglist' });
    const { code, stdout, stderr } = await world.run('--dryrun', '--json', name);
    expect(code).toBe(1);
    const { plan, problems } = JSON.parse(stdout);
    expect(plan).toBeNull();
    expect(problems).not.toEqual([]);
    for (const { message } of problems) expect(stderr).toContain(message);
  });

  it('--json fails as well where only this host lacks what the plan needs', async () => {
    await define();
    await world.file('/install/a.pkglist', '#INCLUDE:gone#\n');
    const { code, stdout, stderr } = await world.run('--dryrun', '--json', 'x');
    expect(code).toBe(1);
    const shown = JSON.parse(stdout);
    expect(shown).toMatchObject({ plan: null, command: expect.stringContaining('./genimage') });
    for (const { message } of shown.problems) expect(stderr).toContain(message);
  });

  it('takes abbreviations, =value, one dash, capitals, options after the name', async () => {
    await define();
    const { stdout } = await world.run(
      'x',
      '-dry',
      '--perm=700',
      '-i=eth3',
      '--INTER',
      '--onlyi',
      '--ig',
      '--no',
      '--ker',
      '/k',
    );
    expect(requested(stdout)).toMatchObject({
      permission: '700',
      nodebootif: 'eth3',
      kerneldir: '/k',
      interactive: true,
      onlyinitrd: true,
      ignorekernelchk: true,
      noupdate: true,
    });
  });

  it('takes 0 as a value', async () => {
    await define({ kernelver: '5' });
    const { stdout } = await world.run('--dryrun', '-l', '0', '-t', '0', '-k', '0', 'x');
    expect(requested(stdout)).toMatchObject({ rootlimit: '0', tmplimit: '0', kernelver: '0' });
  });

  it('announces only what differs, in the order of the contract', async () => {
    await define({
      nodebootif: 'eth0',
      otherifce: 'e1',
      kernelver: '1',
      krpmver: '2',
      kerneldir: '/k',
      netdrivers: 'tg3',
      permission: '755',
    });
    const same = await world.run(
      '--dryrun',
      ...'-i eth0 -r e1 -k 1 -g 2 --kerneldir /k -n tg3 --permission 755 x'.split(' '),
    );
    expect(same.stdout.split('\n')).toHaveLength(3);
    const other = await world.run(
      '--dryrun',
      ...'--permission 7 -n a --kerneldir /z -g b -k c -r d -i e x'.split(' '),
    );
    const announced = other.stdout.split('\n').filter((line) => line.endsWith(', will update it.'));
    expect(announced.map((line) => line.split(' ')[1])).toEqual([
      'nodebootif',
      'otherifce',
      'kernelver',
      'krpmver',
      'kerneldir',
      'netdrivers',
      'permission',
    ]);
  });

  it('prints the line with --interactive too', async () => {
    await define();
    expect((await world.run('--dryrun', '--interactive', 'x')).stdout).toContain('--interactive');
  });

  it('accepts statelite images and a trailing comma, and trims blanks between names', async () => {
    await world.file('/install/b.pkglist');
    await define({ provmethod: 'statelite', pkglist: '/install/a.pkglist, /install/b.pkglist,' });
    const { code, stdout } = await world.run('--dryrun', 'x');
    expect(code).toBe(0);
    expect(world.away(requested(stdout).pkglist ?? '')).toBe('/install/a.pkglist, /install/b.pkglist,');
  });

  it("makes relative paths absolute against the caller's folder", async () => {
    const cwd = join(world.root, 'work');
    await mkdir(cwd);
    await writeFile(join(cwd, 'p.sh'), '');
    await writeFile(join(cwd, 'p.pkglist'), '');
    await define({
      pkglist: 'p.pkglist,../install/a.pkglist',
      postinstall: 'p.sh -a one',
      pkgdir: 'dist,http://mirror/x',
      otherpkgdir: 'others',
      rootimgdir: 'out',
      driverupdatesrc: 'dud:d.img,r.rpm',
    });
    const { stdout, stderr } = await world.runIn(
      { cwd },
      ...['--dryrun', '--kerneldir', 'kernels', '--gpgkeys', 'key,/k'],
      ...['--repository', 'dist sslcacert=ca%20x.pem,https://m/x gpgcheck=no sslcacert=ca.pem', 'x'],
    );
    expect(stderr).toBe('');
    const request = requested(stdout.replaceAll(cwd, '/caller'));
    expect(request).toMatchObject({
      pkglist: `/caller/p.pkglist,${world.root}/install/a.pkglist`,
      postinstall: '/caller/p.sh -a one',
      srcdir: '/caller/dist,http://mirror/x',
      otherpkgdir: '/caller/others',
      rootimgdir: '/caller/out',
      driverupdatesrc: 'dud:/caller/d.img,/caller/r.rpm',
      kerneldir: '/caller/kernels',
      gpgkeys: '/caller/key,/k',
      repositorysettings:
        '/caller/dist sslcacert=/caller/ca%20x.pem,https://m/x gpgcheck=no sslcacert=/caller/ca.pem',
    });
  });

  it('survives a shell whatever the values hold', async () => {
    const odd = '/in st/it\'s $HOME `id` "q" \\ !x;rm -rf *';
    await define({ pkgdir: odd, environvar: 'A=$B,C=d e' });
    const { stdout } = await world.run('--dryrun', '-n', '-x', 'x');
    expect(requested(stdout)).toMatchObject({ srcdir: odd, environvar: 'A=$B,C=d e', netdrivers: '-x' });
  });

  it.each(['sles12.5', 'sle15.5', 'leap15.6'])('adds the timezone of the site for %s', async (osvers) => {
    await define({ osvers });
    await world.site(`installdir=${world.root}/install\ntimezone=Europe/Berlin`);
    expect(requested((await world.run('--dryrun', 'x')).stdout).timezone).toBe('Europe/Berlin');
  });

  it.each(['rhels9.4', 'ubuntu24.04', 'suse11'])('adds no timezone for %s', async (osvers) => {
    await define({ osvers });
    await world.site(`installdir=${world.root}/install\ntimezone=Europe/Berlin`);
    expect(requested((await world.run('--dryrun', 'x')).stdout).timezone).toBeUndefined();
  });

  it.each(['ubuntu24.04', 'debian12', 'fedora12'])('takes -m statelite for %s', async (osvers) => {
    await define({ osvers });
    expect(requested((await world.run('--dryrun', '-m', 'statelite', 'x')).stdout).mode).toBe('statelite');
    const wrong = await world.run('--dryrun', '-m', 'nfs', 'x');
    expect([wrong.code, wrong.stderr]).toEqual([1, "Error: -m knows 'statelite' only, not 'nfs'.\n"]);
  });

  it('says -o and -p first and renders only what was given without a name', async () => {
    const { code, stdout } = await world.run('--dryrun', '-o', 'rocky9.4', '-p', 'login', '-l', '2g');
    expect(code).toBe(0);
    expect(world.away(stdout)).toBe(
      '  OS: rocky9.4\n  Profile: login\nGenerating image:\n' +
        'cd /opt/xcat/share/xcat/netboot/rocky; ./genimage -o rocky9.4 -p login -l 2g\n',
    );
  });

  it('--json holds the request, and the plan where this host has what it names', async () => {
    await world.folder('/install/dist/repodata');
    await world.file('/install/a.pkglist', 'bash\n');
    await define({ pkgdir: '/install/dist' });
    const { stdout, code } = await world.run('--dryrun', '--json', 'x');
    expect(code).toBe(0);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({ schema: 1, request: { imageName: 'x' }, problems: [] });
    expect(json.plan.passes[0].install[0].name).toBe('bash');
    await define({ pkgdir: '/install/none' });
    expect(JSON.parse((await world.run('--dryrun', '--json', 'x')).stdout)).toMatchObject({
      plan: null,
      problems: [{ code: 'file-unreadable' }],
    });
  });
});

describe("genimage's errors", () => {
  it('come all at once, in the order of the contract, after the first line', async () => {
    await world.folder('/install/dir');
    await define({
      osarch: undefined,
      osvers: 'leap17.0',
      provmethod: 'install',
      pkglist: '/install/none.pkglist,,/install/dir',
      otherpkglist: '/install/o.pkglist',
      postinstall: '/install/p.sh -x',
    });
    const { code, stdout, stderr } = await world.run('--dryrun', '-o', 'rhels9', '-m', 'statelite', 'x');
    expect(code).toBe(1);
    expect(stdout).toBe('  OS: rhels9\nGenerating image:\n');
    expect(errors(world.away(stderr)).map((line) => line.replace(/^Error: (\S*stanza:\d+: )?/, ''))).toEqual([
      expect.stringContaining('-o cannot be used together with an image name'),
      expect.stringContaining('has no osarch'),
      expect.stringContaining('provmethod=install'),
      expect.stringContaining('An empty name stands in pkglist'),
      "The pkglist '/install/none.pkglist' cannot be read: it does not exist.",
      "The pkglist '/install/dir' cannot be read: it is a folder.",
      "The otherpkglist '/install/o.pkglist' cannot be read: it does not exist.",
      "The postinstall '/install/p.sh' cannot be read: it does not exist.",
      expect.stringContaining('-m is for Ubuntu'),
      expect.stringContaining('/opt/xcat/share/xcat/netboot/leap'),
    ]);
    expect(stderr).toContain('x.stanza:');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('say that pkglist is unset', async () => {
    await define({ pkglist: undefined });
    const { code, stderr } = await world.run('--dryrun', 'x');
    expect(code).toBe(1);
    expect(errors(stderr)).toEqual(["Error: Image 'x' has no pkglist."]);
  });

  it('name an unknown image, and the conflict with it', async () => {
    const { code, stdout, stderr } = await world.run('--dryrun', '-a', 'x86_64', '-p', 'c', 'none');
    expect(code).toBe(1);
    expect(stdout).toBe('  Profile: c\nGenerating image:\n');
    expect(errors(stderr)).toHaveLength(2);
    expect(stderr).toContain("'none'");
  });

  it.each([
    [['--bogus', 'x'], 'Unknown option: bogus'],
    [['--dryrun', 'x', 'y'], 'More than one image name: x y'],
    [['--dryrun', '-i'], 'Option -i needs a value.'],
    [['--dryrun', '-o', 'rhels9.4'], 'both -o OSVERS and -p PROFILE'],
    [['--dryrun'], 'An image name is needed'],
    [['--srcdir', '/x', 'y'], 'Unknown option: srcdir'],
  ])('%j', async (argv, message) => {
    await define();
    const { code, stderr, stdout } = await world.run(...argv);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stdout).not.toContain('./genimage');
  });

  it('show the usage to a program that names nothing', async () => {
    expect((await world.run()).stdout).toContain('Usage: genimage');
  });

  it('name a file that cannot be read', async () => {
    await define();
    await chmod(join(world.root, 'install/a.pkglist'), 0);
    const argv = [...asOthers, process.execPath, genimage, '--dryrun', 'x'];
    const env = { ...process.env, XCATROOT: world.here('/opt/xcat'), ROOTIMG_HOME: join(world.root, 'etc') };
    const { status, stderr } = spawnSync(argv[0]!, argv.slice(1), { env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(errors(stderr)).toHaveLength(1);
    expect(stderr).toContain('permission denied');
  });
});

/** Root reads everything; without these capabilities it meets what other users meet. */
const asOthers =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];

describe('genimage asks at a terminal', () => {
  it('for one of the images that it can build', async () => {
    await define({}, 'one');
    await define({ provmethod: 'install' }, 'disk');
    await define({ provmethod: 'statelite' }, 'two');
    const questions: string[] = [];
    const answers = ['disk', 'two'];
    const ask = async (question: string) => {
      questions.push(question);
      return answers.shift();
    };
    const { stdout } = await world.runIn({ ask }, '--dryrun');
    expect(stdout).toMatch(/ two\n$/);
    expect(questions).toHaveLength(2);
    expect(questions[0]).not.toContain('disk');
    expect(requested((await world.runIn({ ask: async () => '' }, '--dryrun')).stdout).imageName).toBe('one');
  });

  it('and shows the usage when there is no answer', async () => {
    await define();
    const { code, stdout } = await world.runIn({ ask: async () => undefined }, '--dryrun');
    expect(code).toBe(1);
    expect(stdout).toContain('Usage: genimage');
  });
});

describe('genimage -h and -v', () => {
  it('print and end well', async () => {
    const help = await world.run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const flag of ['-a', '-o', '-p', '-m', '--permission', '--kerneldir', '--noupdate', '--dryrun']) {
      expect(help.stdout).toContain(flag);
    }
    expect((await world.run('-v')).stdout).toMatch(/^genimage \d/);
  });
});
