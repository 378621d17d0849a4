import { open } from 'node:fs/promises';

/** Bytes at the beginning of a script among which its version stands: behind the terms of its licence. */
const beginning = 8192;

/**
 * The version that a script says of itself at its beginning, as mmdebstrap and debootstrap do: Perl takes longer to
 * read all of mmdebstrap than apt to read a small repository. Undefined for all else.
 */
export async function versionInScript(path: string): Promise<string | undefined> {
  // One that may be run and not read is asked.
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(beginning), 0, beginning, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    if (!text.startsWith('#!')) return undefined;
    return /^(?:our \$)?VERSION ?= ?'(\d[\w.+~-]*)';?$/m.exec(text)?.[1];
  } finally {
    await file.close();
  }
}
