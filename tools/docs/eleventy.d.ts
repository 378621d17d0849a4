/** The part of Eleventy's interface that is used here: it has no types of its own. */
declare module '@11ty/eleventy' {
  import type MarkdownIt from 'markdown-it';

  export interface Written {
    /** Path from the root of the site, as it is asked for. */
    readonly url: string;
    readonly content: string;
  }

  export interface Configuration {
    addTemplate(path: string, content: string, data: Readonly<Record<string, unknown>>): void;
    addPassthroughCopy(paths: Readonly<Record<string, string>>): void;
    amendLibrary(name: 'md', amend: (markdown: MarkdownIt) => void): void;
    setTemplateFormats(formats: readonly string[]): void;
    on(event: 'eleventy.after', listener: (about: { results: readonly Written[] }) => Promise<void>): void;
  }

  export default class Eleventy {
    constructor(
      input: string,
      output: string,
      options: {
        readonly configPath: false;
        readonly quietMode: boolean;
        readonly config: (configuration: Configuration) => object;
      },
    );
    disableLogger(): void;
    write(): Promise<void>;
  }
}
