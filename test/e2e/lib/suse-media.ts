import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../src/system/exec.ts';
import { fileDigest } from '../../../src/system/file-digest.ts';

/** Writes a disc (a folder) as ISO file and gives its path. */
export async function isoOf(disc: string, base: string, name: string): Promise<string> {
  const iso = join(base, `${name}.iso`);
  const argv = ['xorriso', '-as', 'mkisofs', '-quiet', '-f', '-R', '-V', name.toUpperCase(), '-o', iso, disc];
  await run(argv, { action: 'write an ISO file' });
  return iso;
}

/** What a disc says of itself: the names of its builder and of its product, and how many discs there are. */
export async function nameDisc(folder: string, builder: string, product: string, count = 1): Promise<void> {
  await mkdir(join(folder, 'media.1'), { recursive: true });
  await writeFile(join(folder, 'media.1/media'), `SUSE - ${builder}\n${builder}\n${count}\n`);
  await writeFile(join(folder, 'media.1/products'), `/ ${product}\n`);
}

/** Makes a folder of packages, with repodata, a medium of YaST's older kind: `content`, and packages below `suse`. */
export async function makeYastMedium(folder: string, label: string): Promise<void> {
  await rm(join(folder, 'repodata'), { recursive: true });
  const descr = join(folder, 'suse/setup/descr');
  await mkdir(descr, { recursive: true });
  const parts = ['=Ver: 2.0'];
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.rpm')).sort()) {
    const [, arch = ''] = /\.([^.]+)\.rpm$/.exec(name) ?? [];
    await mkdir(join(folder, 'suse', arch), { recursive: true });
    await rename(join(folder, name), join(folder, 'suse', arch, name));
    parts.push(await described(join(folder, 'suse', arch, name), name, arch));
  }
  await writeFile(join(descr, 'packages'), `${parts.join('\n')}\n`);
  const lines = [
    ...['CONTENTSTYLE 11', 'DATADIR suse', 'DESCRDIR suse/setup/descr', `LABEL ${label}`, 'VENDOR SUSE'],
    `META SHA256 ${await fileDigest(join(descr, 'packages'))}  packages`,
  ];
  await writeFile(join(folder, 'content'), `${lines.join('\n')}\n`);
}

/** A package as `packages` has it. */
async function described(path: string, name: string, arch: string): Promise<string> {
  const format = [
    '=Pkg: %{NAME} %{VERSION} %{RELEASE} %{ARCH}\\n',
    `=Cks: SHA256 ${await fileDigest(path)}\\n`,
    '+Req:\\n[%{REQUIRENAME}\\n]-Req:\\n',
    '+Prv:\\n[%{PROVIDENAME} %{PROVIDEFLAGS:depflags} %{PROVIDEVERSION}\\n]-Prv:\\n',
    `=Loc: 1 ${name} ${arch}`,
  ];
  const { stdout } = await run(['rpm', '-qp', '--nosignature', '--queryformat', format.join(''), path]);
  return stdout.replace(/^rpmlib\(.*\n/gm, '').replace(/ +$/gm, '');
}
