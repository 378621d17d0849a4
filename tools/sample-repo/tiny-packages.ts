import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildPlace, buildRpm } from './convert.ts';

/** A package made on the spot: a few small files, perhaps a script. */
export interface TinyPackage {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  readonly post?: string;
}

const note = (name: string, text = name) => ({ [`usr/share/${name}`]: `${text}\n` });

/**
 * Tiny packages by the repository (a path below the sample's folder) that holds them, with the key that signs
 * it.
 */
export const tinyRepositories: readonly {
  readonly path: string;
  readonly signedBy: 'good' | 'other' | 'nobody';
  readonly packages: readonly TinyPackage[];
}[] = [
  {
    path: 'otherpkgs',
    signedBy: 'good',
    packages: [
      { name: 'site-base', version: '1.0', files: note('site-base') },
      { name: 'site-agent', version: '1.1', files: note('site-agent', 'site-agent 1.1') },
    ],
  },
  {
    path: 'otherpkgs/site/tools',
    signedBy: 'good',
    packages: [
      {
        name: 'site-hello',
        version: '1.0',
        files: { 'usr/bin/site-hello': '#!/bin/sh\necho hello from the site\n' },
      },
      { name: 'site-remove-me', version: '1.0', files: note('site-remove-me') },
      { name: 'site-extra', version: '1.0', files: note('site-extra') },
    ],
  },
  {
    path: 'unsigned',
    signedBy: 'nobody',
    packages: [{ name: 'unsigned-hello', version: '1.0', files: note('unsigned-hello') }],
  },
  {
    path: 'wrong-signed',
    signedBy: 'other',
    packages: [{ name: 'wrong-signed-hello', version: '1.0', files: note('wrong-signed-hello') }],
  },
  {
    path: 'trouble/post-fails',
    signedBy: 'good',
    packages: [
      {
        name: 'trouble-post-fails',
        version: '1.0',
        files: note('trouble-post-fails'),
        post: 'echo trouble-post-fails fails on purpose >&2\nexit 1',
      },
    ],
  },
  {
    path: 'trouble/daemon',
    signedBy: 'good',
    packages: [
      {
        name: 'trouble-daemon',
        version: '1.0',
        files: note('trouble-daemon'),
        post: 'setsid sleep 86400 </dev/null >/var/log/trouble-daemon.log 2>&1 &',
      },
    ],
  },
  {
    path: 'trouble/conflict',
    signedBy: 'good',
    packages: [
      { name: 'trouble-conflict-a', version: '1.0', files: note('trouble-conflict', 'a') },
      { name: 'trouble-conflict-b', version: '1.0', files: note('trouble-conflict', 'b') },
    ],
  },
];

/**
 * Older than the one in otherpkgs: an update after the otherpkglist pass brings 1.1. It lies in the
 * distribution's repository.
 */
export const oldAgent: TinyPackage = {
  name: 'site-agent',
  version: '1.0',
  files: note('site-agent', 'site-agent 1.0'),
};

/** Makes the RPM of a tiny package. */
export async function buildTinyPackage(tiny: TinyPackage, place: BuildPlace): Promise<void> {
  const spec = {
    name: tiny.name,
    version: tiny.version,
    release: '1',
    summary: tiny.name,
    noarch: true,
    provides: [],
    requires: [],
    requiresBefore: ['filesystem'],
    requiresPost: tiny.post === undefined ? [] : ['dash', 'coreutils', 'util-linux'],
    ...(tiny.post === undefined ? {} : { post: tiny.post }),
    files: [],
  };
  await buildRpm(spec, place, async (root) => {
    for (const [path, content] of Object.entries(tiny.files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
      await chmod(join(root, path), content.startsWith('#!') ? 0o755 : 0o644);
    }
  });
}
