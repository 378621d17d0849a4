/** A line of a terminal, and when it came: milliseconds since the beginning. */
export interface ShownLine {
  readonly at: number;
  readonly text: string;
}

/** What a reader waits at the most where the run itself took longer, in milliseconds. */
const longestPause = 1200;

/** What a line stays alone at the least, so that lines that come at once are seen to come. */
const shortestPause = 60;

/** The same lines with every pause shortened to what a reader takes; never two at one time. */
export function compressed(lines: readonly ShownLine[]): ShownLine[] {
  let at = 0;
  return lines.map(({ text, at: real }, index) => {
    const pause = real - (lines[index - 1]?.at ?? 0);
    at += Math.min(longestPause, Math.max(shortestPause, pause));
    return { at: Math.round(at), text };
  });
}

/** Lines as a terminal of so many columns breaks them. */
export function wrapped(lines: readonly ShownLine[], columns: number): ShownLine[] {
  return lines.flatMap(({ at, text }) => {
    const parts = text.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''];
    return parts.map((part) => ({ at, text: part }));
  });
}
