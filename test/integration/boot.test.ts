import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { builtRecord } from '../lib/built-record.ts';
import { recordedIo } from '../lib/recorded-io.ts';
import { runCommand } from '../../src/cli/main.ts';
import { sweepTemporary } from '../../src/system/temp.ts';

// Three seconds of silence are enough for the stand-in.
vi.mock('../../src/boot/standstill.ts', async (original) => ({
  ...(await original<object>()),
  longestSilence: 3,
}));

const uuid = '1b4e28ba-2fa1-11d2-883f-0016d3cca427';
const content = 'packed root';
const image = (root: string) => join(root, 'image');

/**
 * A stand-in for QEMU that does what a node does: fetches the image, then reports. $FAKE_NODE says what else
 * it is.
 */
const fakeQemu = `#!/usr/bin/env node
import { createConnection } from 'node:net';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
const argv = process.argv.slice(2);
const node = { root: 'overlay', failed: '', uuid: '${uuid}', ...NODE };
const after = (flag) => argv[argv.indexOf(flag) + 1];
if (argv.includes('-S')) process.exit(1);
const line = Object.fromEntries(after('-append').split(' ').map((word) => word.split(/=(.*)/s)));
const say = (text) => process.stdout.write(text + '\\r\\n');
say('[    0.000000] Linux version 6.1.0');
const start = [1, 2, 3].find((number) => !existsSync(new URL('start-' + number, import.meta.url)));
writeFileSync(new URL('start-' + start, import.meta.url), '');
if (start <= Number(node.standstills)) await new Promise(() => setInterval(() => {}, 1000));
say('[    1.000000] rootimg: downloading ' + line.imgurl);
const url = line.imgurl.replace('10.0.2.2', '127.0.0.1');
const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
if (createHash('sha256').update(bytes).digest('hex') !== line.imgsha256) say('rootimg: error: sha256 differs');
// What is in a packed root only a kernel can tell: the stand-in reads the real one.
const fromImage = () => {
  const file = new URL('fetched', import.meta.url).pathname;
  writeFileSync(file, bytes);
  return /IMAGEUUID='?([^'\\n]+)/.exec(execFileSync('unsquashfs', ['-cat', file, 'opt/xcat/xcatinfo'], { encoding: 'utf8' }))[1];
};
if (node.uuid === 'from-image') node.uuid = fromImage();
if (node.panic) { say('[ 2.0] Kernel panic - not syncing: ' + node.panic); setInterval(() => {}, 1000); }
else {
  const socket = createConnection(argv.find((word) => word.startsWith('socket,')).replace(/^.*path=/, ''));
  socket.write(\`ROOTIMG-REPORT-BEGIN 1
target=multi-user.target
target-state=active
target-microseconds=2000000
state=running
failed=\${node.failed}
root=\${node.root}
uuid=\${node.uuid}
kernel=6.1.0
memory-total=2048000
memory-available=1848000
memory-used=200000
uptime=2.50
at-root=1.50
ROOTIMG-REPORT-END
\`);
  setInterval(() => {}, 1000);
}
`;

let root: string;
const oldPath = process.env['PATH'];

/** Says what kind of node the next machine plays. */
async function node(properties: Record<string, string>): Promise<void> {
  const program = join(root, 'bin/qemu-system-x86_64');
  await writeFile(program, fakeQemu.replace('...NODE', `...${JSON.stringify(properties)}`));
  await chmod(program, 0o755);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
  await mkdir(join(root, 'bin'));
  await writeFile(join(root, 'bin/package.json'), '{"type":"module"}');
  process.env['PATH'] = `${join(root, 'bin')}:${oldPath}`;
  await mkdir(join(root, 'etc/osimage'), { recursive: true });
  const attributes = [
    'imagetype=linux',
    'osvers=rocky9.4',
    'osarch=x86_64',
    'profile=compute',
    'provmethod=netboot',
  ];
  await writeFile(
    join(root, 'etc/osimage/x.stanza'),
    `x:\n    objtype=osimage\n${[...attributes, `rootimgdir=${image(root)}`].map((line) => `    ${line}\n`).join('')}`,
  );
  await mkdir(image(root));
  for (const name of ['kernel', 'initrd-stateless.gz']) await writeFile(join(image(root), name), 'x');
  await writeFile(join(image(root), 'rootimg.sfs'), content);
  const pack = {
    ...{
      finished: '2024-01-01T00:00:00Z',
      file: 'rootimg.sfs',
      method: 'squashfs',
      compressor: 'zstd',
      uuid,
    },
    ...{ members: 1, leftOut: 0, contentBytes: 10, size: content.length, warnings: [] },
    sha256: createHash('sha256').update(content).digest('hex'),
  };
  const names = { name: 'x', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };
  await writeFile(
    join(image(root), 'manifest.json'),
    JSON.stringify({ schema: 1, image: names, build: builtRecord('x'), pack }),
  );
  await node({});
});
afterEach(async () => {
  process.env['PATH'] = oldPath;
  await rm(root, { recursive: true });
});

async function boot(...argv: string[]) {
  const { io, said } = recordedIo({ env: { ROOTIMG_HOME: join(root, 'etc') }, cwd: root });
  return { status: await runCommand(io, argv, 'boot'), stdout: () => said.stdout, stderr: () => said.stderr };
}

describe('rootimg boot', () => {
  it('prints how the node came up and writes it down', async () => {
    const { status, stdout, stderr } = await boot('x', '--cpus', '1');
    expect([status, stderr()]).toEqual([0, '']);
    expect(stdout()).toContain('x: multi-user.target active, / on overlay, no failed unit, kernel 6.1.0\n');
    expect(stdout()).toContain(`image: rootimg.sfs, IMAGEUUID ${uuid}\n`);
    expect(stdout()).toMatch(
      /memory: 195 of 2000 MB used, 195 MB at the most\nkernel warnings: none\nmachine: x86_64, bios, tcg, 1 cpus, 2048 MB\n/,
    );
    const report = JSON.parse(await readFile(join(image(root), 'boot.json'), 'utf8'));
    expect(report).toMatchObject({
      ok: true,
      rootType: 'overlay',
      uuid,
      failedUnits: [],
      sent: content.length,
    });
    expect(await readFile(join(image(root), 'logs/boot-console.log'), 'utf8')).toContain('Linux version');
  });

  it('writes its report while a pack removes what it finds unfinished', async () => {
    let isOver = false;
    const sweeping = (async () => {
      while (!isOver) await sweepTemporary(image(root));
    })();
    const { status, stderr } = await boot('x');
    isOver = true;
    await sweeping;
    expect([status, stderr()]).toEqual([0, '']);
    expect(JSON.parse(await readFile(join(image(root), 'boot.json'), 'utf8'))).toMatchObject({ ok: true });
    expect(await readdir(join(image(root), 'logs'))).toEqual(['boot-console.log']);
  });

  it('fails with everything in which the node is not as it should be, and still writes it down', async () => {
    await node({ root: 'tmpfs', failed: 'a.service', uuid: 'other' });
    const { status, stdout, stderr } = await boot('x');
    expect(status).toBe(1);
    expect(stdout()).toContain('failed: a.service');
    expect(stderr().match(/^Error: /gm)).toHaveLength(3);
    const report = JSON.parse(await readFile(join(image(root), 'boot.json'), 'utf8'));
    expect(report).toMatchObject({ ok: false, problems: { length: 3 } });
  });

  it('shows the console of a node that panicked, and keeps no report of an earlier boot', async () => {
    await boot('x');
    await node({ panic: 'no init found' });
    const { status, stderr } = await boot('x');
    expect(status).toBe(1);
    expect(stderr()).toMatch(/^Error: The image did not boot: the kernel panicked: no init found\.\n/);
    expect(stderr()).toContain('rootimg: downloading http://10.0.2.2:');
    await expect(readFile(join(image(root), 'boot.json'))).rejects.toThrow('ENOENT');
  });

  it('starts a machine that came to a standstill again, twice at most', async () => {
    await node({ standstills: '2' });
    const second = await boot('x');
    expect(second.status, second.stderr()).toBe(0);
    expect(second.stderr().match(/came to a standstill in its kernel; it is started again/g)).toHaveLength(2);
    for (const start of [1, 2, 3]) await rm(join(root, `bin/start-${start}`));
    await node({ standstills: '3' });
    const third = await boot('x');
    expect(third.status).toBe(1);
    expect(third.stderr()).toMatch(/The image did not boot: its kernel has said nothing for 3 s/);
  });

  it.each([
    [['x', '--memory', '2G'], /--memory is '2G': a whole number above 0/],
    [['x', '--timeout', '0'], /--timeout is '0'/],
    [['x', '--firmware', 'coreboot'], /--firmware is 'coreboot': bios or uefi was expected/],
  ])('refuses %j', async (argv, message) => {
    const { status, stderr } = await boot(...argv);
    expect(status).toBe(2);
    expect(stderr()).toMatch(message);
  });

  it('packs every form with the allow-list of config.yaml', async () => {
    await mkdir(join(image(root), 'rootimg'));
    await writeFile(join(root, 'allow'), '#INCLUDE:nosuch#\n');
    await writeFile(join(root, 'etc/config.yaml'), `packimage:\n  allow: ${join(root, 'allow')}\n`);
    const { status, stderr } = await boot('--all-formats', 'x');
    expect(status).toBe(1);
    expect(stderr()).toContain(`Error: ${join(root, 'allow')}:1: `);
  });

  it('names an image that is not defined, or not packed', async () => {
    const unknown = await boot('y');
    expect(unknown.status).toBe(1);
    expect(unknown.stderr()).toContain("'y'");
    await rm(join(image(root), 'manifest.json'));
    const unpacked = await boot('x');
    expect(unpacked.status).toBe(1);
    expect(unpacked.stderr()).toMatch(
      /manifest\.json does not tell of a packed image\.\n {2}Run genimage x and packimage x/,
    );
  });
});

describe('packimage --gate boot', () => {
  const pack = async () => {
    await rm(join(image(root), 'rootimg.sfs'));
    await writeFile(join(image(root), 'rootimg.old'), '');
    await mkdir(join(image(root), 'rootimg/etc'), { recursive: true });
    const { io, said } = recordedIo({ env: { ROOTIMG_HOME: join(root, 'etc') }, cwd: root });
    const status = await runCommand(io, ['-m', 'squashfs', '--gate', 'boot', 'x'], 'packimage');
    return { status, ...said, files: (await readdir(image(root))).sort() };
  };

  it('publishes nothing when the node is not as it should be', async () => {
    // The uuid is that of another image.
    const { status, stderr, files } = await pack();
    expect(status).toBe(1);
    expect(stderr).toMatch(/Error: IMAGEUUID of the booted node is/);
    expect(files).toContain('rootimg.old');
    expect(files.filter((name) => name.startsWith('.rootimg-tmp') || name === 'rootimg.sfs')).toEqual([]);
  });

  it('packs nothing where nothing could be booted, and says all that is missing', async () => {
    await rm(join(image(root), 'kernel'));
    const stanza = join(root, 'etc/osimage/x.stanza');
    await writeFile(stanza, (await readFile(stanza, 'utf8')).replace('x86_64', 'sparc64'));
    const { status, stderr, stdout } = await pack();
    expect(status).toBe(1);
    expect(stderr).toContain(`Error: ${image(root)}/kernel is not there.\n  Run genimage x.\n`);
    expect(stderr).toContain(
      'Error: Images of architecture sparc64 cannot be booted in a virtual machine here.',
    );
    expect(stdout).not.toContain('Packing');
  });

  it('publishes what has come up', async () => {
    await node({ uuid: 'from-image' });
    const { status, stderr, files } = await pack();
    expect(stderr).not.toContain('Error');
    expect(status).toBe(0);
    expect(files).toContain('rootimg.sfs');
    expect(files).not.toContain('rootimg.old');
    expect(JSON.parse(await readFile(join(image(root), 'boot.json'), 'utf8'))).toMatchObject({ ok: true });
  });
});
