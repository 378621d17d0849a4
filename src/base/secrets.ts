/** What stands for a secret that was taken out. */
const mask = '***';

/**
 * An address up to the next blank; the next one of a comma list is a match of its own. With one slash too: an
 * address where a file is expected is taken for a path, which has no double ones.
 */
const address = /([a-z][a-z0-9+.-]{0,20}:\/\/|(?:https?|ftp):\/)((?:(?!,[a-z][a-z0-9+.-]{0,20}:\/\/)\S)*)/gi;

/** `http_proxy=user:password@host:3128`: curl takes a proxy without `http://` too. */
const bareProxy = /(proxy\w{0,20}["']?\s{0,20}[=:]\s{0,20}["']?)([^\s/"']+)/gi;

/**
 * The text with the secrets of its addresses replaced: user and password (either may be a token), also where
 * a `/` or `#` stands in them that should be `%2F` or `%23`, and the whole query. For everything that people
 * or files keep; doing it twice changes nothing.
 */
export function withoutSecrets(text: string): string {
  if (!text.includes('@') && !text.includes('?')) return text;
  return text
    .replace(address, (_, scheme: string, rest: string) => scheme + withoutQuery(withoutUser(rest)))
    .replace(bareProxy, (whole, start: string, rest: string) => {
      const at = rest.lastIndexOf('@');
      return at < 0 ? whole : `${start}${mask}${rest.slice(at)}`;
    });
}

/** Whether withoutSecrets takes something out of the text. */
export function holdsSecrets(text: string): boolean {
  return withoutSecrets(text) !== text;
}

/**
 * A command line for a message: where it holds secrets, without them and with a word on how to get it whole.
 */
export function shownLine(line: string): string {
  return holdsSecrets(line)
    ? `${withoutSecrets(line)}\n(genimage --dryrun prints it with its passwords.)`
    : line;
}

/** Whether something was taken out of the text before. */
export function lacksSecrets(text: string): boolean {
  return /(?:^|[/=])\*\*\*@|\?\*\*\*/.test(text);
}

/** A copy of plain data with every string in it without secrets; what JSON drops stays as it is. */
export function dataWithoutSecrets<T>(data: T): T {
  return cleaned(data, '') as T;
}

function cleaned(data: unknown, key: string): unknown {
  if (typeof data === 'string') {
    return /proxy$/i.test(key)
      ? withoutSecrets(`${key}=${data}`).slice(key.length + 1)
      : withoutSecrets(data);
  }
  if (Array.isArray(data)) return data.map((one) => cleaned(one, ''));
  if (typeof data !== 'object' || data === null || !isRecord(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, cleaned(value, name)]));
}

/** Plain data: also a record that inherits nothing, as those of names from outside. */
function isRecord(data: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(data);
  return prototype === Object.prototype || prototype === null;
}

/** `rest` is what follows `http://`. */
function withoutUser(rest: string): string {
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  // Behind the colon of a host stands a number: anything else is a password with a character that ends the
  // host.
  const isCut = !authority.includes('@') && /^[^:[\]]*:(?!\d*$)/.test(authority);
  const at = (isCut ? rest : authority).lastIndexOf('@');
  return at < 0 ? rest : `${mask}${rest.slice(at)}`;
}

function withoutQuery(rest: string): string {
  return rest.replace(/\?[^#,'"<>)]+/, `?${mask}`);
}
