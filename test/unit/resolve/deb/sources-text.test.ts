import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSourcesFile, readSourcesList } from '../../../../src/resolve/deb/sources-text.ts';
import { useFolder } from '../../../lib/folder.ts';
import { installKeyrings, planning } from './a-request.ts';

const good = `# comment
Types: deb deb-src
uris: http://a.example/ubuntu
  http://b.example/ubuntu
Suites: jammy jammy-updates
Components: main
# between
 universe
Signed-By: /etc/keyrings/a.gpg
X-Repolib-Name: a

Enabled: no
Types: deb
URIs: http://off.example
Suites: ./

Types: deb-src
URIs: http://src.example
Suites: ./
`;

describe('readSourcesFile', () => {
  it('reads paragraphs, continuations and comments; leaves out what is off and source packages', () => {
    const { entries, problems, warnings } = readSourcesFile(good, 'a.sources');
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(entries.map(({ uri, suite, components }) => [uri, suite, ...components].join(' '))).toEqual([
      'http://a.example/ubuntu jammy main universe',
      'http://a.example/ubuntu jammy-updates main universe',
      'http://b.example/ubuntu jammy main universe',
      'http://b.example/ubuntu jammy-updates main universe',
    ]);
    expect(entries[0]).toMatchObject({ signedBy: '/etc/keyrings/a.gpg', origin: { line: 3 } });
  });

  it.each([
    ['URIs http://x', 1, "'URIs http://x' is not a field"],
    [' http://x', 1, "'http://x' is not a field"],
    ['Types: deb\nURI: http://x\nSuites: ./', 2, "called 'uris', not 'URI'"],
    ['\nTypes: deb\nSuites: ./', 2, "no value for 'URIs'"],
    ['Types: rpm\nURIs: http://x\nSuites: ./', 1, "'rpm' is neither deb nor deb-src"],
    ['Types: deb\nURIs: http://x\nSuites: jammy', 1, "no value for 'Components'"],
    ['Types: deb\nURIs: http://x\nSuites: ./\nComponents: main', 3, 'is a flat repository'],
  ])('tells what is wrong with %j', (text, line, words) => {
    const found = readSourcesFile(text, 'a.sources').problems;
    expect(found.map(({ message }) => message).join()).toContain(words);
    expect(found[0]?.origin).toEqual({ file: 'a.sources', line });
  });

  it('warns of fields that do nothing', () => {
    const { warnings } = readSourcesFile(`${good}Check-Date: no\n`, 'a.sources');
    expect(warnings.map(({ message }) => message)).toEqual([
      "The field 'Check-Date' does nothing for an image.",
    ]);
  });

  it('reads back what is written, in any order of fields, and never throws', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const written = fc.record({
      URIs: fc.uniqueArray(
        word.map((w) => `http://${w}/x`),
        { minLength: 1, maxLength: 3 },
      ),
      Suites: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
      Components: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
      Types: fc.constant(['deb']),
    });
    fc.assert(
      fc.property(written, fc.boolean(), (fields, isFolded) => {
        const lines = Object.entries(fields).map(
          ([name, values]) => `${name}: ${values.join(isFolded ? '\n  ' : ' ')}`,
        );
        const { entries, problems } = readSourcesFile(lines.reverse().join('\n'), 'f');
        expect(problems).toEqual([]);
        expect(entries).toHaveLength(fields.URIs.length * fields.Suites.length);
        expect(entries.every(({ components }) => components.join() === fields.Components.join())).toBe(true);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void readSourcesFile(text, 'f')));
  });
});

describe('Check-Valid-Until', () => {
  it.each([
    ['', undefined],
    ['Check-Valid-Until: yes\n', undefined],
    ['check-valid-until: no\n', false],
  ])('%j gives %s', (line, expected) => {
    const text = `Types: deb\nURIs: http://x\nSuites: ./\n${line}`;
    expect(readSourcesFile(text, 'f').entries[0]?.checkValidUntil).toBe(expected);
  });

  it('is an option of lines too', () => {
    const [entry] = readSourcesList('deb [check-valid-until=no] http://x s main', 'l');
    expect(entry?.checkValidUntil).toBe(false);
  });
});

describe('readSourcesList', () => {
  it('reads lines with and without options', () => {
    const text =
      'deb [signed-by=/k.gpg arch=amd64,arm64 trusted=yes] http://x.example s main c # d\n' +
      'deb http://y.example/ ./\n#deb http://z.example s main\ndeb-src http://z.example s main\nnonsense\n';
    expect(readSourcesList(text, 'l')).toEqual([
      {
        uri: 'http://x.example',
        suite: 's',
        components: ['main', 'c'],
        signedBy: '/k.gpg',
        architectures: ['amd64', 'arm64'],
        trusted: true,
        origin: { file: 'l', line: 1 },
      },
      {
        uri: 'http://y.example/',
        suite: './',
        components: [],
        architectures: [],
        trusted: false,
        origin: { file: 'l', line: 2 },
      },
    ]);
  });
});

describe('a .sources file in pkgdir', () => {
  const folder = useFolder();
  const { problems, lines } = planning(folder);
  const paragraph = 'Types: deb\nURIs: http://v.example/x\nSuites: jammy\nComponents: main\n';

  it('brings what is for the architecture of the image', async () => {
    await installKeyrings(folder);
    await folder.file('a.sources', `${paragraph}\n${paragraph.replace('v.', 'w.')}Architectures: arm64\n`);
    expect(await lines({ srcdir: 'a.sources' })).toEqual(['pkgdir-0 http://v.example/x jammy main']);
  });

  it.each([
    ['Trusted: yes', 2, 'The repository http://v.example/x of pkgdir is to be trusted without a signature.'],
    [
      'Signed-By: ABCDEF',
      2,
      'Signed-By holds neither paths of keyrings, nor fingerprints of 40 digits, nor a whole key.',
    ],
  ])('may not say %s', async (line, at, message) => {
    await installKeyrings(folder);
    const file = await folder.file('a.sources', `${paragraph}${line}\n`);
    const [first] = await problems({ srcdir: 'a.sources' });
    expect(first).toMatchObject({ message, origin: { file, line: at } });
  });

  it('is trusted without a signature where the configuration says so', async () => {
    await folder.file('a.sources', `${paragraph}Trusted: yes\n`);
    const repositorysettings = 'http://v.example/x gpgcheck=no';
    expect(await lines({ srcdir: 'a.sources', repositorysettings })).toHaveLength(1);
  });

  it('is told by its name, and must be there', async () => {
    await folder.file('a.list', paragraph);
    expect((await problems({ srcdir: 'a.list' }))[0]?.message).toContain('does not end with .sources');
    expect((await problems({ srcdir: 'b.sources' }))[0]?.message).toContain('it does not exist');
  });
});
