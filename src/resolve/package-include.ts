import { dirname, isAbsolute, resolve } from 'node:path';
import { own } from '../base/own.ts';
import { substituteVariables } from './directives.ts';
import { readRegularFile } from '../base/regular-file.ts';

export interface LocatedInclude {
  readonly path: string;
  readonly warning?: string;
}

/**
 * Where an include of a package list is. xCAT looks in the folder of the top list only; here the folder of
 * the including file comes first, then the top one's, with a warning when both have such a file and the two
 * differ.
 */
export async function locateInclude(
  written: string,
  including: string,
  top: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<LocatedInclude> {
  const name = substituteVariables(written, variables);
  const near = resolve(dirname(including), name);
  const far = resolve(dirname(top), name);
  if (isAbsolute(name) || near === far) return { path: near };
  const [nearBytes, farBytes] = await Promise.all([bytesOf(near), bytesOf(far)]);
  if (nearBytes === undefined) return { path: farBytes === undefined ? near : far };
  if (farBytes === undefined || farBytes.equals(nearBytes)) return { path: near };
  return {
    path: near,
    warning: `'${written}' is ${near} here, while xCAT would take ${far}, which differs.`,
  };
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  return readRegularFile(path).catch(() => undefined);
}

/** The variables of an include's name that are not set, for the message when the file is missing. */
export function unsetVariables(
  written: string,
  variables: Readonly<Record<string, string | undefined>>,
): string[] {
  const names = [...written.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)].map((match) => match[1] ?? match[2] ?? '');
  return names.filter((name) => own(variables, name) === undefined);
}
