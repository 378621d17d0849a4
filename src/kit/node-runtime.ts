import { open } from 'node:fs/promises';
import { RootimgError } from '../base/errors.ts';

/** ELF e_machine numbers of the architectures that Node 20 is published for (System V ABI). */
const machines: Readonly<Record<number, string>> = {
  0x3e: 'x86_64',
  0xb7: 'aarch64',
  0x15: 'ppc64',
  0x16: 's390x',
};

/**
 * The architecture that a node binary was made for, read from its ELF header: the file is never run, as it
 * may be for another machine. Throws `node-runtime` for what is no program.
 */
export async function architectureOfNode(path: string): Promise<string> {
  const header = await readHeader(path);
  if (header.length < 20 || header.readUInt32BE(0) !== 0x7f454c46) {
    throw new RootimgError('node-runtime', `${path} is not a program of Linux (not an ELF file).`, {
      hint: 'Give the file bin/node of an unpacked Node.js for the target, not its archive.',
    });
  }
  const little = header[5] === 1;
  const machine = little ? header.readUInt16LE(18) : header.readUInt16BE(18);
  const name = machines[machine] ?? `ELF machine ${machine}`;
  return name === 'ppc64' && little ? 'ppc64le' : name;
}

async function readHeader(path: string): Promise<Buffer> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(20), 0, 20, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new RootimgError('node-runtime', `${path} cannot be read.`, { cause: error });
  }
}
