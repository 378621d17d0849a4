import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';

/** Runs the doctor where these programs are not there, in mounts of its own. */
async function doctorWithout(programs: readonly string[], home: string) {
  const hide = programs.map((name) => `mount --bind /dev/null /usr/bin/${name}; `).join('');
  const script = `${hide}exec "$1" bin/rootimg doctor --store "$2" $3`;
  const ask = (more: string) =>
    run(namespaceArgv(['sh', '-euc', script, 'sh', process.execPath, home, more]), { okCodes: [0, 1] });
  const [text, json] = [await ask(''), await ask('--json')];
  return { ...text, document: JSON.parse(json.stdout) };
}

test('the doctor says what is missing and how it is installed, and fails where nothing can be packed', async () => {
  const home = await mkdtemp(join(tmpdir(), 'rootimg-doctor-'));
  try {
    const whole = await doctorWithout([], home);
    expect(whole.document).toMatchObject({ schema: 1, healthy: true });
    expect(whole.exitCode).toBe(0);

    const some = await doctorWithout(['xz', 'mksquashfs', 'dpkg-deb'], home);
    expect(some.exitCode).toBe(0);
    expect(some.stdout).toMatch(/^pack +yes +cpio \(gzip, pigz, zstd; not installed: xz\)$/m);
    expect(some.stdout).toMatch(/^ +no +squashfs \(by nothing; not installed: mksquashfs\)$/m);
    expect(some.stdout).toMatch(/^ +no +debian, ubuntu for \S+ \(dpkg-deb not installed\)$/m);
    expect(some.document.packages).toEqual(expect.arrayContaining(['dpkg', 'squashfs-tools']));

    const none = await doctorWithout(['setpriv'], home);
    expect(none.exitCode).toBe(1);
    expect(none.document.healthy).toBe(false);
    expect(none.document.packages).toContain('util-linux');
    expect(none.stderr).toContain('this host cannot do its part');
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
