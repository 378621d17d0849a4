/**
 * Compares two versions as dpkg does (deb-version(7)): epoch, upstream version, Debian revision; in each,
 * runs of other characters by letters below signs and `~` below everything, runs of digits by value.
 * Negative, zero or positive as `a` is older, equal or newer.
 */
export function compareDebVersions(a: string, b: string): number {
  const left = splitVersion(a);
  const right = splitVersion(b);
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

/** The epoch ends at the first colon, the revision begins behind the last dash. */
function splitVersion(text: string): { epoch: string; upstream: string; revision: string } {
  const [, epoch = '', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf('-');
  const [upstream, revision] = dash < 0 ? [rest, ''] : [rest.slice(0, dash), rest.slice(dash + 1)];
  return { epoch, upstream, revision };
}

function compareParts(a: string, b: string): number {
  let left = a;
  let right = b;
  while (left !== '' || right !== '') {
    const [, signsL = '', digitsL = ''] = /^(\D*)(\d*)/.exec(left) ?? [];
    const [, signsR = '', digitsR = ''] = /^(\D*)(\d*)/.exec(right) ?? [];
    const order = compareSigns(signsL, signsR) || compareNumbers(digitsL, digitsR);
    if (order !== 0) return order;
    left = left.slice(signsL.length + digitsL.length);
    right = right.slice(signsR.length + digitsR.length);
  }
  return 0;
}

function compareSigns(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = weight(a[at]) - weight(b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

/** The end stands above `~` and below letters, letters below all other signs. */
function weight(sign: string | undefined): number {
  if (sign === undefined) return 0;
  if (sign === '~') return -1;
  return sign.charCodeAt(0) + (/[A-Za-z]/.test(sign) ? 0 : 0x10000);
}

/** Numbers of any length: without leading zeros the longer one is the larger. */
function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
