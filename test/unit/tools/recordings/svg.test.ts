import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { expect, it } from 'vitest';
import { terminalSvg } from '../../../../tools/recordings/svg.ts';

it('is well-formed whatever a command prints', () => {
  const svg = terminalSvg({
    title: '<a> & "b"',
    lines: ['$ true', '</text><script>&', '', '  two'].map((text, index) => ({ at: index * 5000, text })),
  });
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg).toContain('>&lt;/text&gt;&lt;script&gt;&amp;</text>');
  expect(svg).toContain('>  two</text>');
});

it('the recordings in docs/pictures are small, have a title, and name no machine', () => {
  const folder = 'docs/pictures';
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.svg'))) {
    const svg = readFileSync(join(folder, name), 'utf8');
    expect(XMLValidator.validate(svg), name).toBe(true);
    expect(svg.length, name).toBeLessThan(60_000);
    expect(svg, name).toMatch(/<title id="title">[^<]+<\/title>/);
    expect(svg, name).not.toMatch(/\/home\/|\/tmp\/|https?:\/\/(?!www\.w3\.org)/);
  }
});
