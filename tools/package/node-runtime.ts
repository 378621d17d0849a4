import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../src/base/errors.ts';
import { architectureOfNode } from '../../src/kit/node-runtime.ts';
import { run } from '../../src/system/exec.ts';
import { type DescribedPackage, nothing } from './described.ts';
import { prefix } from './packages.ts';

/** Architectures that npm has a Node.js program of, and its name for them. */
const npmNames: Readonly<Record<string, string>> = {
  x86_64: 'x64',
  aarch64: 'arm64',
  ppc64le: 'ppc64le',
  s390x: 's390x',
};

/** Throws `usage` for an architecture that npm has no Node.js of. */
export function requireRuntimes(architectures: readonly string[]): void {
  const unknown = architectures.filter((name) => !Object.hasOwn(npmNames, name));
  if (unknown.length === 0) return;
  throw usageError(
    `npm has no Node.js for ${unknown.join(', ')}.`,
    `It has one for: ${Object.keys(npmNames).join(', ')}.`,
  );
}

/** The package of Node.js 20 for one architecture, fetched from npm into `work`. */
export async function runtimePackage(architecture: string, work: string): Promise<DescribedPackage> {
  const name = `node-linux-${npmNames[architecture]}@20`;
  const { stdout } = await run(['npm', 'pack', '--silent', '--pack-destination', work, name], {
    action: `fetch ${name} from npm`,
  });
  const archive = stdout.trim().split('\n').at(-1) ?? '';
  const members = ['package/bin/node', 'package/LICENSE'];
  await run(['tar', '-C', work, '-xzf', join(work, archive), ...members], { action: `unpack ${archive}` });
  const program = join(work, 'package/bin/node');
  const found = await architectureOfNode(program);
  if (found !== architecture) throw new Error(`${name} holds a program for ${found}`);
  return {
    name: 'rootimg-node-runtime',
    summary: 'Node.js 20 for rootimg, where the host has none',
    description: [
      'A Node.js of its own for rootimg, for hosts whose distribution has none or an',
      'older one. No command comes into PATH.',
    ],
    architecture,
    // What `readelf -d` says of it; the rest of what it needs is the C library's.
    depends: { deb: ['libc6 (>= 2.28)', 'libstdc++6'], rpm: ['libstdc++.so.6()(64bit)'] },
    recommends: nothing,
    suggests: nothing,
    conflicts: nothing,
    entries: [
      {
        path: `${prefix}/runtime/bin/node`,
        content: await readFile(program),
        mode: 0o755,
        config: false,
      },
      {
        path: '/usr/share/doc/rootimg-node-runtime/copyright',
        content: await readFile(join(work, 'package/LICENSE')),
        mode: 0o644,
        config: false,
      },
    ],
  };
}
