import { sizeWords } from '../../base/size-words.ts';
import { downloadSize } from '../../plan/layer-list.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { escaped } from './html.ts';
import type { ImageFacts } from './image-facts.ts';
import { type BootStory, bootSection } from './boot-section.ts';
import { entriesSection, foldersSection, packagesSection } from './contents-sections.ts';
import { style } from './style.ts';

/** All that the page tells of an image. */
export interface PageInput {
  readonly name: string;
  readonly manifest: Manifest;
  readonly facts: ImageFacts;
  /** The generation before: its label, and in lines what has changed since; undefined where there is none. */
  readonly before: { readonly label: string; readonly lines: readonly string[] } | undefined;
  /** The last boot that was tried; undefined where there was none. */
  readonly boot: BootStory | undefined;
  /** The bill of materials (CycloneDX, JSON). */
  readonly bill: string;
}

/** The page of an image: one HTML file that asks for nothing else, and runs no script. */
export function imagePage(input: PageInput): string {
  const { name, manifest, facts, before, boot, bill } = input;
  const perByte = (manifest.pack?.memoryBytes ?? 0) / Math.max(1, facts.total);
  const sections = [
    section('warnings', 'Warnings', warnings(manifest)),
    section('packages', 'What takes the space, by package', packagesSection(facts, perByte)),
    section('folders', 'What takes the space, by folder', foldersSection(facts)),
    section('lists', 'What each entry of the package lists costs', entriesSection(facts)),
    section('changes', 'Since the generation before', changes(before)),
    section('boot', 'Boot', bootSection(boot)),
    section('bill', 'Bill of materials', billLink(name, bill)),
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(name)}</title><style>${style}</style></head><body>`,
    `<header><h1>${escaped(name)}</h1>`,
    `<p class="soft">${escaped(imageWords(manifest))}</p>`,
    cards(manifest, facts),
    `<nav aria-label="On this page"><ul>${sections.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join('')}</ul></nav>`,
    '</header><main>',
    ...sections.map(
      ({ id, title, body }) =>
        `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(title)}</h2>\n${body}</section>`,
    ),
    '</main></body></html>',
    '',
  ].join('\n');
}

function section(id: string, title: string, body: string) {
  return { id, title, body };
}

function imageWords({ image, build }: Manifest): string {
  const kernel = build === undefined ? '' : `, kernel ${build.kernelVersion}`;
  return `${image.osvers}, ${image.arch}, profile ${image.profile}${kernel}`;
}

/** Letters of the longest value that is shown in one column. */
const longestInOne = 20;

function cards({ build, pack, run }: Manifest, facts: ImageFacts): string {
  const finished = run?.finished ?? build?.finished;
  const host = run?.host ?? build?.host;
  const known: readonly (readonly [string, string | undefined])[] = [
    ['Built', finished && host && `${finished.slice(0, 16).replace('T', ' ')} UTC on ${host.name}`],
    ['Packed', pack && `${pack.finished.slice(0, 16).replace('T', ' ')} UTC`],
    ['Packed root', pack && `${pack.file}, ${sizeWords(downloadSize(pack))}`],
    ['Memory on a node', pack?.memoryBytes === undefined ? undefined : sizeWords(pack.memoryBytes)],
    ['Files in it', sizeWords(facts.total)],
    ['Initrd', build && sizeWords(build.initrd.size)],
    ['Packages', facts.packages && `${facts.packages.length}`],
    ['Generation', pack?.generation === undefined ? undefined : `${pack.generation}`],
    ['IMAGEUUID', pack?.uuid],
  ];
  const shown = known.map(([title, value]) => {
    if (value === undefined) return '';
    const kind = value.length > longestInOne ? ' class="long"' : '';
    return `<div${kind}><dt>${title}</dt><dd>${escaped(value)}</dd></div>`;
  });
  return `<dl>${shown.join('')}</dl>`;
}

function warnings({ build, pack }: Manifest): string {
  const all = [...(build?.warnings ?? []), ...(pack?.warnings ?? [])];
  if (all.length === 0) return '<p>None.</p>';
  return `<ul>${all.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>`;
}

function changes(before: PageInput['before']): string {
  if (before === undefined) return '<p>No earlier generation is kept.</p>';
  const { label, lines } = before;
  if (lines.length === 0) return `<p>Nothing that ${escaped(label)} has not.</p>`;
  return `<pre role="region" tabindex="0" aria-label="Changes since ${escaped(label)}">${lines.map(escaped).join('\n')}</pre>`;
}

function billLink(name: string, bill: string): string {
  const data = Buffer.from(bill).toString('base64');
  const file = `${name}.cdx.json`;
  return `<p class="download"><a download="${escaped(file)}" href="data:application/vnd.cyclonedx+json;base64,${data}">${escaped(file)}</a> (CycloneDX, ${sizeWords(Buffer.byteLength(bill))}), in this page.</p>`;
}
