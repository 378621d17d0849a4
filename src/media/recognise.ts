import { RootimgError } from '../base/errors.ts';
import { nameComponent } from '../base/name-component.ts';
import { recogniseDebian } from './debian.ts';
import { recogniseEl } from './el.ts';
import { markersSought } from './markers.ts';
import type { MediumFacts, Recognised } from './medium.ts';
import { recogniseSuse } from './suse.ts';
import { readTreeinfo } from './treeinfo.ts';

/**
 * What a medium is, or undefined. SUSE before EL: Leap has a .treeinfo too. Throws `name` when a word of it
 * would not be one name within a folder; `path` is for that message.
 */
export function recognise(facts: MediumFacts, path: string): Recognised | undefined {
  const found = recogniseDebian(facts) ?? recogniseSuse(facts) ?? recogniseEl(facts);
  if (found === undefined) return undefined;
  nameComponent(found.osvers, `${path}: its release`);
  if (found.arch !== undefined && !/^\w{1,20}$/.test(found.arch)) {
    throw new RootimgError(
      'medium-arch',
      `${path}: '${found.arch.slice(0, 100)}' is not the name of an architecture.`,
      {
        hint: 'The medium is not what its vendor made.',
      },
    );
  }
  if (found.folder !== undefined) nameComponent(found.folder, `${path}: its number`);
  return found;
}

/** The error of a medium that is none of those known: what was looked for, and what was found instead. */
export function unknownMedium(path: string, facts: MediumFacts): RootimgError {
  const text = facts.texts.get('.treeinfo') ?? facts.texts.get('treeinfo') ?? '';
  const { release, family, name, version } = readTreeinfo(text);
  const said = release ?? family ?? name;
  const distribution =
    said === undefined || version === undefined || said.includes(version) ? said : `${said} ${version}`;
  const message =
    distribution === undefined
      ? `copycds could not identify ${path}: ${foundOn(facts)}.`
      : `${path} is a medium of ${distribution}, a distribution that rootimg does not build images of.`;
  return new RootimgError('medium-unknown', message, {
    hint: `Looked for ${markersSought}. With -n OSVERS and -a ARCH it is copied all the same.`,
  });
}

function foundOn({ names, texts }: MediumFacts): string {
  if (texts.size > 0)
    return [...texts].map(([name, text]) => `${name} says "${firstLines(text)}"`).join(', ');
  const top = [...names].filter((name) => !name.includes('/')).sort();
  return top.length === 0
    ? 'it is empty'
    : `it holds ${top.slice(0, 12).join(', ')}${top.length > 12 ? ' …' : ''}`;
}

function firstLines(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(0, 4).join(' | ').slice(0, 160);
}
