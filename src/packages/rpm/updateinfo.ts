import { RootimgError } from '../../base/errors.ts';
import type { Advisory, Fix } from '../advisory.ts';

/** Characters of the longest tag and the longest text that are looked at: no name comes near. */
const longest = 4096;

/** A tag of XML, or the text before it. */
interface Tag {
  /** With a slash before the name of an end. */
  readonly name: string;
  readonly words: string;
  /** What stands between the tag before it and this one. */
  readonly text: string;
}

/** An advisory of which not all is read yet. */
interface Unfinished {
  id: string;
  type: string;
  status: string;
  severity: string;
  title: string;
  module: string | undefined;
  readonly fixes: Fix[];
}

/**
 * The advisories of an updateinfo.xml (createrepo_c, as dnf and zypper read it). Retracted ones are none, and
 * neither are source packages. No entity that the file itself declares is ever filled in. Throws
 * `advisories-damaged` for what ends within an advisory.
 */
export function readUpdateinfo(text: string): Advisory[] {
  const found: Advisory[] = [];
  let current: Unfinished | undefined;
  let isInList = false;
  for (const { name, words, text: before } of tagsOf(text)) {
    if (name === 'update') {
      current = newAdvisory(words);
      isInList = false;
    } else if (current === undefined) {
      continue;
    } else if (name === '/update') {
      const { status, module: _, ...advisory } = current;
      if (advisory.id !== '' && status !== 'retracted') found.push(advisory);
      current = undefined;
    } else if (name === 'references' || name === 'pkglist') {
      isInList = true;
    } else if (name === '/references' || name === '/pkglist') {
      isInList = false;
    } else if (isInList) {
      takeFromList(current, name, words);
    } else {
      takeText(current, name, before);
    }
  }
  if (current === undefined) return found;
  throw new RootimgError('advisories-damaged', `The updateinfo ends within the advisory ${current.id}.`);
}

function newAdvisory(words: string): Unfinished {
  const { type = '', status = '' } = attributesOf(words);
  return { id: '', type, status, severity: '', title: '', module: undefined, fixes: [] };
}

function takeText(current: Unfinished, name: string, text: string): void {
  const value = plain(text.slice(0, longest).trim());
  if (name === '/id') current.id = value;
  else if (name === '/title') current.title = value;
  else if (name === '/severity') current.severity = value === 'None' ? '' : value;
}

function takeFromList(current: Unfinished, name: string, words: string): void {
  if (name === 'collection' || name === '/collection') current.module = undefined;
  if (name !== 'module' && name !== 'package') return;
  const found = attributesOf(words);
  if (name === 'module') {
    current.module = `${found['name'] ?? ''}:${found['stream'] ?? ''}`;
    return;
  }
  const { name: of = '', version = '', release = '', epoch = '0', arch = '' } = found;
  if (of === '' || version === '' || arch === 'src' || arch === 'nosrc') return;
  current.fixes.push({
    ...{ type: 'rpm', name: of, arch },
    version: `${epoch === '0' || epoch === '' ? '' : `${epoch}:`}${version}-${release}`,
    ...(current.module !== undefined && { module: current.module }),
  });
}

/** Each tag with the text before it, in one pass over the file; comments and declarations are passed over. */
function* tagsOf(text: string): Generator<Tag> {
  let textFrom = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const end = text.startsWith('<!--', at) ? text.indexOf('-->', at + 4) : text.indexOf('>', at);
    if (end === -1) return;
    if (!text.startsWith('<!', at) && !text.startsWith('<?', at)) {
      const [, name = '', words = ''] =
        /^(\/?[\w:-]{1,64})(.*)$/s.exec(text.slice(at + 1, Math.min(end, at + longest))) ?? [];
      yield { name, words, text: text.slice(textFrom, at) };
      textFrom = end + 1;
    }
    at = end + 1;
  }
}

function attributesOf(words: string): Record<string, string> {
  const found = words.matchAll(/(?<![\w:-])([\w:-]+)=(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries([...found].map(([, name = '', one, other]) => [name, plain(one ?? other ?? '')]));
}

const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
]);

function plain(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities.get(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
