import { familyOf } from '../../family/families.ts';
import type { Build } from '../build-context.ts';
import { readTreeFile, writeTreeFile } from '../../system/tree-file.ts';

const path = 'etc/securetty';
const serial = ['ttyS0', 'ttyS1'];
/** Without the file root may log in everywhere; one that we begin must not take the usual consoles away. */
const usual = ['console', 'tty1', 'tty2', 'tty3', 'tty4', 'tty5', 'tty6'];

/** xCAT: root may log in on the first two serial lines; s390x has none. */
export async function allowSerialConsoles(build: Build): Promise<void> {
  if (build.plan.image.arch === 's390x') return;
  const before = await readTreeFile(build.root, path);
  await writeTreeFile(
    build.root,
    path,
    withSerial(before, familyOf(build.plan.image.family).filling?.terminals),
    before === undefined ? 0o600 : undefined,
  );
}

/** The file with the serial lines and `others`, each once. */
export function withSerial(text: string | undefined, others: readonly string[] = []): string {
  const lines = text === undefined ? usual : text.split('\n').filter((line) => line !== '');
  const missing = [...serial, ...others].filter((name) => !lines.includes(name));
  return [...lines, ...missing, ''].join('\n');
}
