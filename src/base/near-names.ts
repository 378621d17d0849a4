/** Names that differ from a wrong one by so many letters at most may be meant. */
const farthest = 2;

/** The few known names that a wrong one may be meant for, the nearest first. */
export function nearNames(wrong: string, known: readonly string[], most = 3): string[] {
  return known
    .flatMap((name) => {
      if (Math.abs(name.length - wrong.length) > farthest || name[0] !== wrong[0]) return [];
      const distance = distanceBetween(wrong, name);
      return distance <= farthest && distance < wrong.length / 2 ? [{ name, distance }] : [];
    })
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** ` (did you mean NAME?)` of the nearest; nothing where none is near. */
export function didYouMean(wrong: string, known: readonly string[]): string {
  const [near] = nearNames(wrong, known, 1);
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}

/**
 * How many letters must be put in, taken out, replaced, or exchanged with their neighbour to make one of the
 * other (optimal string alignment): fingers exchange letters as often as they miss one.
 */
export function distanceBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchanged = isExchanged ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, exchanged));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
