import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';

const fileName = 'package-origins.json';

/**
 * Keeps, in the folder of this run, from which repository each package was installed: ids of the plan by the
 * word for the package (packageWord).
 */
export async function keepOrigins(
  temporary: string,
  origins: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFile(join(temporary, fileName), JSON.stringify(origins));
}

/** What keepOrigins kept; empty in a run that installed nothing. */
export async function findOrigins(temporary: string): Promise<Map<string, string>> {
  const text = await readTextFile(join(temporary, fileName)).catch(() => '{}');
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
}
