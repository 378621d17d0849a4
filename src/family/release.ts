/** First number of an osvers: `9` of rocky9.4; all of it when it has none. */
export function majorOf(osvers: string): string {
  return /\d+/.exec(osvers)?.[0] ?? osvers;
}
