/** An element of zypper's XML output, told when it ends. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text in it, without that of the elements in it. */
  readonly text: string;
  /** Names of the elements that it stands in, the outermost first. */
  readonly within: readonly string[];
}

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/**
 * Gives a function that takes the lines of zypper's output (`--xmlout`) one after the other and calls
 * `onElement` with each element that has ended. What is not XML, such as the words of a program that zypper
 * started, counts as text.
 */
export function xmlReader(onElement: (element: XmlElement) => void): (line: string) => void {
  const open: Open[] = [];
  let unfinished = '';
  const end = ({ name, attributes, text }: Open) =>
    onElement({ name, attributes, text, within: open.map((one) => one.name) });
  const take = (token: string) => {
    const [, closing, name, words = '', empty] =
      /^<(\/?)([A-Za-z][\w-]*)((?:\s+[\w-]+="[^"]*")*)\s*(\/?)>$/s.exec(token) ?? [];
    const top = open.at(-1);
    if (name === undefined) {
      if (top !== undefined && !token.startsWith('<?')) top.text += plain(token);
    } else if (closing === '/') {
      // What was never closed ends with what it stands in.
      if (!open.some((one) => one.name === name)) return;
      while (open.length > 0) {
        const last = open.pop() as Open;
        end(last);
        if (last.name === name) return;
      }
    } else {
      const element = { name, attributes: attributesOf(words), text: '' };
      if (empty === '/') end(element);
      else open.push(element);
    }
  };
  return (line) => {
    const text = `${unfinished}${line}\n`;
    const from = text.lastIndexOf('<');
    const isCut = from >= 0 && text.indexOf('>', from) < 0 && text.length - from < longestTag;
    unfinished = isCut ? text.slice(from) : '';
    const whole = isCut ? text.slice(0, from) : text;
    for (const token of whole.match(/<[^<>]*>|[^<]+|</g) ?? []) take(token);
  };
}

/** A tag may go over several lines; what is longer is none. */
const longestTag = 65_536;

function attributesOf(words: string): Record<string, string> {
  const found = words.matchAll(/(?<![\w-])([\w-]+)="([^"]*)"/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, plain(value)]));
}

function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/g, (whole, decimal, hex, name) => {
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    if (name !== undefined) return Object.hasOwn(entities, name) ? (entities[name] as string) : whole;
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
