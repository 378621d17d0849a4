/**
 * Compares two version or release strings as rpm does (rpm: rpmvercmp): runs of digits by value, runs of
 * letters by letter, digits above letters, `~` below everything, `^` above the end but below more. Negative,
 * zero or positive as `a` is older, equal or newer.
 */
export function compareRpmSegments(a: string, b: string): number {
  const left = segments(a);
  const right = segments(b);
  for (let index = 0; ; index += 1) {
    const l = left[index];
    const r = right[index];
    if (l === undefined && r === undefined) return 0;
    const order = compareSegment(l, r);
    if (order !== 0) return order;
  }
}

/** Compares `version-release` strings, such as kernel versions, part by part. */
export function compareRpmVersions(a: string, b: string): number {
  const [versionA, releaseA] = splitRelease(a);
  const [versionB, releaseB] = splitRelease(b);
  return compareRpmSegments(versionA, versionB) || compareRpmSegments(releaseA, releaseB);
}

/** Compares `epoch:version-release`; no epoch is 0. */
export function compareEvr(a: string, b: string): number {
  const [epochA, restA] = splitEpoch(a);
  const [epochB, restB] = splitEpoch(b);
  return epochA - epochB || compareRpmVersions(restA, restB);
}

function splitEpoch(text: string): [number, string] {
  const [, epoch = '0', rest = text] = /^(\d+):(.*)$/s.exec(text) ?? [];
  return [Number(epoch), rest];
}

/** `5.14.0-427.el9` → its version and its release; the release is what follows the first dash. */
function splitRelease(text: string): [string, string] {
  const dash = text.indexOf('-');
  return dash < 0 ? [text, ''] : [text.slice(0, dash), text.slice(dash + 1)];
}

function segments(text: string): string[] {
  return text.match(/\d+|[A-Za-z]+|~|\^/g) ?? [];
}

function compareSegment(l: string | undefined, r: string | undefined): number {
  if (l === '~' || r === '~') return l === r ? 0 : l === '~' ? -1 : 1;
  if (l === '^' || r === '^') return compareCaret(l, r);
  if (l === undefined || r === undefined) return l === undefined ? -1 : 1;
  const digitsL = /^\d/.test(l);
  const digitsR = /^\d/.test(r);
  if (digitsL !== digitsR) return digitsL ? 1 : -1;
  return digitsL ? compareNumbers(l, r) : compareText(l, r);
}

/** `1.0^git` is newer than `1.0` and older than `1.0.1`. */
function compareCaret(l: string | undefined, r: string | undefined): number {
  if (l === r) return 0;
  if (l === undefined) return -1;
  if (r === undefined) return 1;
  return l === '^' ? -1 : 1;
}

/** Numbers of any length: without leading zeros the longer one is the larger. */
function compareNumbers(l: string, r: string): number {
  const a = l.replace(/^0+/, '');
  const b = r.replace(/^0+/, '');
  return a.length === b.length ? compareText(a, b) : a.length - b.length;
}

function compareText(l: string, r: string): number {
  return l < r ? -1 : l > r ? 1 : 0;
}
