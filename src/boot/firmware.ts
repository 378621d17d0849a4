import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../base/copy-file.ts';
import { own } from '../base/own.ts';
import { RootimgError } from '../base/errors.ts';

export const firmwares = ['bios', 'uefi'] as const;
export type Firmware = (typeof firmwares)[number];

/** The firmware's code, read-only, and its variables, which the machine writes. */
export interface UefiFiles {
  readonly code: string;
  readonly variables: string;
}

const candidates: Readonly<Record<string, readonly UefiFiles[]>> = {
  x86_64: [
    { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
    { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' },
    { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
  ],
  aarch64: [
    { code: '/usr/share/AAVMF/AAVMF_CODE.fd', variables: '/usr/share/AAVMF/AAVMF_VARS.fd' },
    {
      code: '/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw',
      variables: '/usr/share/edk2/aarch64/vars-template-pflash.raw',
    },
  ],
};

/** The first of these files that is there. Errors: none is, with what to install. */
export async function firstFile(paths: readonly string[], what: string, hint: string): Promise<string> {
  for (const path of paths) {
    const found = await access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new RootimgError('boot-file-missing', `${what} is not installed; looked for ${paths.join(', ')}.`, {
    hint,
  });
}

/**
 * Finds the UEFI firmware of an architecture and copies its variables into `folder`. Errors: there is none.
 */
export async function prepareUefi(arch: string, folder: string): Promise<UefiFiles> {
  const known = own(candidates, arch);
  if (known === undefined) {
    throw new RootimgError('boot-arch', `Machines of architecture ${arch} are not started with UEFI here.`, {
      hint: `Known: ${Object.keys(candidates).join(', ')}.`,
    });
  }
  const hint = 'Install ovmf or qemu-efi-aarch64 (Debian), edk2-ovmf or edk2-aarch64 (EL).';
  const code = await firstFile(
    known.map((one) => one.code),
    'The UEFI firmware for virtual machines',
    hint,
  );
  const files = known.find((one) => one.code === code) ?? { code, variables: code };
  const variables = join(folder, 'uefi-variables');
  await copyWhole(files.variables, variables);
  return { code, variables };
}
