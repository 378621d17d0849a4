import type { Problem } from '../../base/errors.ts';

/** `name[:arch][=version|/suite]`; the name may be a pattern. Debian policy: small letters, digits, `+-.`. */
const packageWord = /^[a-z0-9*?[][a-z0-9+.*?[\]-]*(:[a-z0-9-]+)?(=[A-Za-z0-9.+:~*-]+|\/[A-Za-z0-9.+~-]+)?$/;
/** `@task`, `task^` */
const taskWord = /^(@[a-z0-9][a-z0-9+.-]*|[a-z0-9][a-z0-9+.-]*\^)$/;

/** What is wrong with an entry of a list of deb packages, without its folder; undefined for a good one. */
export function debEntryFault(name: string): Pick<Problem, 'message' | 'hint'> | undefined {
  if (name.startsWith('/')) {
    if (name.endsWith('.deb')) return undefined;
    return {
      message: `'${name}' is a path, and not of a .deb file.`,
      hint: 'Name the package that brings the file.',
    };
  }
  if (/^[a-z0-9+.]+-$/.test(name)) {
    return {
      message: `'${name}' ends with '-', which would remove the package.`,
      hint: 'In an otherpkglist -name removes it before the pass, --name after it.',
    };
  }
  if (packageWord.test(name) || taskWord.test(name)) return undefined;
  return {
    message: `'${name}' is not a package name.`,
    hint: 'Known: name, name=version, name/suite, name:architecture, task^ or @task, /path/file.deb.',
  };
}
