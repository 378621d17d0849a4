import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = resolve('share/xcat/netboot/rh/compute.rhels9.x86_64.postinstall');
const journal = 'etc/systemd/journald.conf.d/50-stateless.conf';
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-postinstall-'));
  await mkdir(join(root, 'etc'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), '', { mode: 0o755 });
  }
}

const systemd = 'usr/lib/systemd/system/multi-user.target';
const call = () => execFileSync(script, [`${root}/`, 'rhels9.4', 'x86_64', 'compute'], { encoding: 'utf8' });
const below = () => readdir(root, { recursive: true });

describe('the default postinstall', () => {
  it('bounds the journal', async () => {
    await put(systemd);
    call();
    expect(await readFile(join(root, journal), 'utf8')).toContain('Storage=volatile');
    expect(await below()).not.toContain('etc/default/locale');
  });

  it('masks the timers that the image has and a node in memory has no use for', async () => {
    await put(systemd, 'usr/lib/systemd/system/apt-daily.timer', 'usr/lib/systemd/system/logrotate.timer');
    call();
    expect(await readlink(join(root, 'etc/systemd/system/apt-daily.timer'))).toBe('/dev/null');
    expect(await readdir(join(root, 'etc/systemd/system'))).toEqual(['apt-daily.timer']);
  });

  it('gives Debian a language that every image has, unless it has one', async () => {
    await put(systemd, 'var/lib/dpkg/status');
    call();
    expect(await readFile(join(root, 'etc/default/locale'), 'utf8')).toBe('LANG=C.UTF-8\n');
    await writeFile(join(root, 'etc/default/locale'), 'LANG=de_DE.UTF-8\n');
    call();
    expect(await readFile(join(root, 'etc/default/locale'), 'utf8')).toBe('LANG=de_DE.UTF-8\n');
  });

  it('writes the language where Debian 13 has it', async () => {
    await put(systemd, 'var/lib/dpkg/status', 'etc/default/other');
    await symlink('../locale.conf', join(root, 'etc/default/locale'));
    call();
    expect(await readFile(join(root, 'etc/locale.conf'), 'utf8')).toBe('LANG=C.UTF-8\n');
  });

  it('may run again, and keeps what the administrator put there', async () => {
    await put(systemd, 'usr/lib/systemd/system/fstrim.timer');
    await mkdir(join(root, dirname(journal)), { recursive: true });
    await writeFile(join(root, journal), 'mine\n');
    call();
    const before = await below();
    expect(call()).toBe('');
    expect(await below()).toEqual(before);
    expect(await readFile(join(root, journal), 'utf8')).toBe('mine\n');
  });

  it('changes nothing in a release without systemd', async () => {
    const before = await below();
    call();
    expect(await below()).toEqual(before);
  });

  it('never follows a link of the image into the host', async () => {
    const host = await mkdtemp(join(tmpdir(), 'rootimg-host-'));
    try {
      await put(systemd);
      await symlink(host, join(root, 'etc/systemd'));
      const { status, stderr } = spawnSync(script, [root], { encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stderr).toContain('leads out of the image');
      expect(await readdir(host)).toEqual([]);
    } finally {
      await rm(host, { recursive: true });
    }
  });

  it.each(['/', '', '/nosuch'])("refuses the root '%s'", (argument) => {
    const { status, stderr } = spawnSync(script, [argument], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).not.toBe('');
  });
});
