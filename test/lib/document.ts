/** A block of a document that a test executes: one whose fence says more than a language. */
export interface DocumentBlock {
  /** `sh`, or `conf` for the content of a file. */
  readonly language: string;
  /** What follows the language: the host, or the file, and further words. */
  readonly words: readonly string[];
  readonly lines: readonly string[];
}

/** Those blocks of a page of Markdown, in its order. */
export function blocksOf(page: string): DocumentBlock[] {
  return [...page.matchAll(/^```(\w+) (\S.*)\n([^]*?)^```$/gm)].map(
    ([, language = '', words = '', text = '']) => ({
      language,
      words: words.split(' '),
      lines: text.trimEnd().split('\n'),
    }),
  );
}
