/**
 * Compares two paths (binary, `.` for the root) in the order of a selection: folders before what is in them,
 * names of a folder in the order of their bytes. Negative where the first comes first.
 */
export function comparePaths(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '.' || other === '.') return one === '.' ? -1 : 1;
  const end = Math.min(one.length, other.length);
  let at = 0;
  while (at < end && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return rank(one, at) - rank(other, at);
}

/** The end of a path comes before a slash, and a slash before all that a name may have. */
function rank(path: string, at: number): number {
  if (at >= path.length) return -1;
  const code = path.charCodeAt(at);
  return code === 0x2f ? 0 : code;
}
