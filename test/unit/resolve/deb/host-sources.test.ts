import { describe, expect, it } from 'vitest';
import { isOfArchive, readHostSources } from '../../../../src/resolve/deb/host-sources.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

async function sources(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) await folder.file(name, text);
  return (await readHostSources(folder.path)).map(({ uri, suite }) => `${uri} ${suite}`);
}

describe('readHostSources', () => {
  it('reads both formats, sources.list first, then the folder in the order of names', async () => {
    const deb822 = 'Types: deb\nURIs: http://b\nSuites: two\nComponents: main\n';
    const found = await sources({
      'etc/apt/sources.list': 'deb http://a one main\n# deb http://x no main\n',
      'etc/apt/sources.list.d/20.list': 'deb http://c three main\n',
      'etc/apt/sources.list.d/10.sources': deb822,
      'etc/apt/sources.list.d/30.list.save': 'deb http://x no main\n',
    });
    expect(found).toEqual(['http://a one', 'http://b two', 'http://c three']);
  });

  it.each(['mirror+file:/etc/apt/mirrors/m.list', 'mirror+file:///etc/apt/mirrors/m.list'])(
    'takes the first address of the file that %s names',
    async (uri) => {
      const found = await sources({
        'etc/apt/sources.list': `deb ${uri} one main\n`,
        'etc/apt/mirrors/m.list': '# mirrors\nhttp://first/debian priority:1\nhttp://second/debian\n',
      });
      expect(found).toEqual(['http://first/debian one']);
    },
  );

  it('leaves out what it does not understand', async () => {
    const lines = [
      'deb cdrom:[Debian] one main',
      'deb mirror+file:/none one main',
      'deb tor+http://x one main',
    ];
    expect(await sources({ 'etc/apt/sources.list': `${lines.join('\n')}\n` })).toEqual([]);
    expect(await sources({})).toEqual([]);
  });
});

it.each([
  ['bookworm', ['main'], true],
  ['bookworm-updates', ['main'], true],
  ['stable-security', ['main', 'contrib'], true],
  ['bookworm', ['contrib'], false],
  ['bookworm-backports', ['main'], false],
  ['jammy', ['main'], false],
])('isOfArchive: %s %s of a bookworm host: %s', (suite, components, expected) => {
  const entry = {
    uri: 'http://m',
    suite,
    components,
    architectures: [],
    trusted: false,
    origin: { file: 'x' },
  };
  expect(isOfArchive('bookworm')(entry)).toBe(expected);
});
