import { describe, expect, it } from 'vitest';
import { collect } from '../../../../src/resolve/deb/collector.ts';
import { addSourcesFile } from '../../../../src/resolve/deb/sources-item.ts';
import { targetOf } from '../../../../src/resolve/deb/target.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const target = targetOf('debian12', 'x86_64');

async function added(text: string, name = 'site.sources') {
  const found = collect();
  await addSourcesFile(found, await folder.file(name, text), target);
  return found;
}

const paragraph = (...more: string[]) =>
  ['Types: deb', 'URIs: http://m/debian', 'Suites: bookworm', 'Components: main', ...more, ''].join('\n');

describe('addSourcesFile', () => {
  it('adds each repository with its keyrings', async () => {
    const found = await added(paragraph('Signed-By: /a.gpg, /b.gpg'));
    expect(found.repositories).toMatchObject([
      { url: 'http://m/debian', deb: { suite: 'bookworm', signedBy: ['/a.gpg', '/b.gpg'] } },
    ]);
    expect([found.problems, found.warnings, found.trusted]).toEqual([[], [], []]);
  });

  it('passes over what is for another architecture, and notes what wants to be trusted', async () => {
    expect((await added(paragraph('Architectures: arm64'))).repositories).toEqual([]);
    const found = await added(paragraph('Architectures: arm64 amd64', 'Trusted: yes'));
    expect(found.trusted).toMatchObject([{ url: 'http://m/debian' }]);
  });

  it.each([
    ['an address of another kind', paragraph().replace('http://m/debian', 'cdrom:[x]/'), 'is not an address'],
    ['half a fingerprint', paragraph('Signed-By: ABCDEF0123456789'), 'fingerprints of 40 digits'],
    ['a file without URIs', 'Types: deb\nSuites: x\n', 'URIs'],
  ])('names %s with its line', async (_, text, words) => {
    const [problem] = (await added(text)).problems;
    expect(problem?.message).toContain(words);
    expect(problem?.origin?.line).toBeGreaterThan(0);
  });

  it('says of a file that it has nothing that is enabled, or is none of sources', async () => {
    expect((await added(paragraph('Enabled: no'))).warnings).toEqual([
      expect.stringContaining('names no repository that is enabled'),
    ]);
    expect((await added('deb http://m x main', 'site.list')).problems[0]?.message).toContain('.sources');
  });

  it('says of a file that is not there', async () => {
    const found = collect();
    await addSourcesFile(found, '/none.sources', target);
    expect(found.problems[0]?.message).toContain('/none.sources');
  });
});
