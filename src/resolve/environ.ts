import { emptyRecord } from '../base/own.ts';
import type { Problem } from '../base/errors.ts';

export interface Environ {
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** Splits environvar, a comma list of `NAME=value`, as it stands in the definition or after `--env`. */
export function readEnviron(value: string | undefined): Environ {
  const variables = emptyRecord<string>();
  const problems: Problem[] = [];
  for (const place of (value ?? '').split(',')) {
    const word = place.trim();
    if (word === '') continue;
    const [, name, content = ''] = /^([A-Za-z_]\w*)=([^]*)$/.exec(word) ?? [];
    if (name === undefined) {
      problems.push({
        code: 'environvar',
        message: `environvar holds '${word}', which is not NAME=value.`,
        hint: 'environvar is a comma list such as A=1,B=2; a value cannot hold a comma.',
      });
    } else {
      variables[name] = content;
    }
  }
  return { variables, problems };
}
