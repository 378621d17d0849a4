import type { Problem } from '../base/errors.ts';
import { componentFault } from '../base/name-component.ts';
import type { BuildRequest } from '../plan/request.ts';
import { splitCommaList } from './comma-list.ts';

/** The problems of words that become names of folders and files: none chooses a path. */
export function partProblems(words: Readonly<Record<string, string | undefined>>): Problem[] {
  return Object.entries(words).flatMap(([what, word]): Problem[] => {
    const fault = word === undefined ? undefined : componentFault(word);
    if (fault === undefined) return [];
    return [{ code: 'name', message: `${what} '${word}' cannot be part of a path: ${fault}.` }];
  });
}

/** The problems of interface names: each becomes the name of a file of the image's network configuration. */
export function interfaceProblems({ nodebootif, otherifce }: BuildRequest): Problem[] {
  const given = Object.entries({
    nodebootif: nodebootif === undefined ? [] : [nodebootif],
    otherifce: splitCommaList(otherifce).names,
  });
  return given.flatMap(([attribute, names]) =>
    names.flatMap((name): Problem[] => {
      const fault = /[\s,]/.test(name) ? 'one name was expected' : componentFault(name);
      if (name === '' || fault === undefined) return [];
      return [
        { code: 'interface', message: `${attribute} '${name}' is not the name of an interface: ${fault}.` },
      ];
    }),
  );
}

/** The problem of a value of -m other than xCAT's one. */
export function modeProblems({ mode }: BuildRequest): Problem[] {
  if (mode === undefined || mode === 'statelite') return [];
  return [{ code: 'mode', message: `-m knows 'statelite' only, not '${mode}'.` }];
}

/** The problems of sizes that no tmpfs takes: the node would find out only when it boots. */
export function sizeProblems({ rootlimit, tmplimit }: BuildRequest): Problem[] {
  const given = Object.entries({ '-l': rootlimit, '-t': tmplimit });
  return given.flatMap(([option, size]): Problem[] => {
    if (size === undefined || /^\d+[kmgtpe%]?$/i.test(size)) return [];
    const message = `${option} takes the size of a tmpfs, such as 4G or 50%, not '${size}'.`;
    return [{ code: 'size', message }];
  });
}
