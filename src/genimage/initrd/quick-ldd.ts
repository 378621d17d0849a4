import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { normaliseArch } from '../../base/architecture.ts';
import { own } from '../../base/own.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';

/** The loader of the C library, by architecture of the image. */
const loaders: Readonly<Record<string, string>> = {
  x86_64: '/lib64/ld-linux-x86-64.so.2',
  aarch64: '/lib/ld-linux-aarch64.so.1',
  ppc64le: '/lib64/ld64.so.2',
  s390x: '/lib/ld64.so.1',
  riscv64: '/lib/ld-linux-riscv64-lp64d.so.1',
};

const name = 'ldd';

/**
 * Puts a program into `shared` that says of which libraries a program is made, and gives the environment with
 * which dracut asks it (DRACUT_LDD; a dracut too old to know it asks ldd). ldd is a shell script that starts
 * the loader several times: dracut asks it a hundred times, which is a tenth of its time. It is still asked
 * where the loader has no answer.
 */
export async function quickLdd(arch: string, shared: string): Promise<Record<string, string>> {
  const loader = own(loaders, normaliseArch(arch));
  if (loader === undefined) return {};
  const script = `#!/bin/sh\n${loader} --list "$@" 2>/dev/null || exec ldd "$@"\n`;
  await writeFile(join(shared, name), script, { mode: 0o755 });
  return { DRACUT_LDD: `${sharedInside}/${name}` };
}
