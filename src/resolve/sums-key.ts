import { resolve } from 'node:path';
import { unreadable } from './list-file.ts';
import { type FoundFiles, planFile } from './plan-files.ts';
import { readRegularFile } from '../base/regular-file.ts';

/** The public key that goes into the initrd for `imgsums=`: one in PEM form, as `openssl pkey -pubout` writes it. */
export async function findSumsKey(value: string | undefined, cwd: string): Promise<FoundFiles> {
  if (value === undefined) return { files: [], problems: [] };
  const path = resolve(cwd, value);
  const found = await readRegularFile(path).catch((error: unknown) => error);
  if (!Buffer.isBuffer(found)) {
    return { files: [], problems: [unreadable(path, 'public key of --sumskey', undefined, found)] };
  }
  const text = found.toString();
  if (text.includes('-----BEGIN PUBLIC KEY-----') && !text.includes('PRIVATE KEY')) {
    return { files: [await planFile(path, 'sumskey')], problems: [] };
  }
  return {
    files: [],
    problems: [
      {
        code: 'sumskey',
        message: `${path} is no public key in PEM form.`,
        hint: `'openssl pkey -in PRIVATE -pubout -out ${path}' writes one.`,
      },
    ],
  };
}
