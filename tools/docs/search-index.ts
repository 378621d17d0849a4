import MiniSearch from 'minisearch';
import { storedSettings } from './search-settings.ts';

/** A part of a page below one heading, as it is found. */
export interface Section {
  readonly id: number;
  /** Page and anchor. */
  readonly url: string;
  readonly title: string;
  /** Title of the page. */
  readonly page: string;
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!)
    .replace(/\s+/g, ' ')
    .trim();
}

const beginning =
  /<h[1-6] id="(?<heading>[^"]*)"[^>]*>(?<title>[^]*?)<\/h[1-6]>|<li id="(?<entry>[^"]*)">(?:\s|<p>)*<strong>(?<bold>[^]*?)<\/strong>/g;

/** The sections of a page's HTML, each from its heading or its bold beginning to the next one. */
export function sectionsOf(url: string, html: string): Omit<Section, 'id'>[] {
  const main = /<main[^>]*>([^]*)<\/main>/.exec(html)?.[1] ?? '';
  const found = [...main.matchAll(beginning)];
  const page = plain(found[0]?.groups?.['title'] ?? '');
  return found.map(({ index, 0: whole, groups = {} }, place) => ({
    url: `${url}#${groups['heading'] ?? groups['entry']}`,
    title: plain(groups['title'] ?? groups['bold'] ?? ''),
    page,
    text: plain(main.slice(index + whole.length, found[place + 1]?.index)),
  }));
}

/** A script that gives the index to the page that asks for it: a page of the disk may load no JSON. */
export function searchIndex(sections: readonly Omit<Section, 'id'>[]): string {
  const index = new MiniSearch<Section>(storedSettings);
  index.addAll(sections.map((section, id) => ({ id, ...section })));
  return `globalThis.rootimgSearchIndex = ${JSON.stringify(JSON.stringify(index))};\n`;
}
