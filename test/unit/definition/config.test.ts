import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../../src/definition/config.ts';
import { parseConfig } from '../../../src/definition/config-parse.ts';
import { ProblemsError, RootimgError } from '../../../src/base/errors.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rootimg-config-'));
});
afterEach(() => rm(home, { recursive: true }));

async function problemsIn(text: string): Promise<string[]> {
  await writeFile(join(home, 'config.yaml'), text);
  const error = await readConfig(home).catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemsError)) throw new Error(`no problems in ${text}`);
  return error.problems.map(({ message, origin }) => {
    expect(origin?.file).toBe(join(home, 'config.yaml'));
    return `${origin?.line}: ${message}`;
  });
}

it('may be missing or empty', async () => {
  expect(await readConfig(home)).toEqual({});
  expect(await readConfig(join(home, 'nosuch'))).toEqual({});
  await writeFile(join(home, 'config.yaml'), '# nothing yet\n');
  expect(await readConfig(home)).toEqual({});
});

it('says the store and the folder of xCAT', async () => {
  await writeFile(join(home, 'config.yaml'), 'store: xcat\nxcat: { root: /opt/xcat }\n');
  expect(await readConfig(home)).toEqual({ store: 'xcat', xcat: { root: '/opt/xcat' } });
});

it('says keys and what holds for single repositories', async () => {
  const text =
    'keys: [/k/a]\nrepositories:\n  - url: https://s/x\n    gpgcheck: false\n  - { url: /r, sslcacert: /ca }\n';
  await writeFile(join(home, 'config.yaml'), text);
  expect(await readConfig(home)).toEqual({
    keys: ['/k/a'],
    repositories: [
      { url: 'https://s/x', gpgcheck: false },
      { url: '/r', sslcacert: '/ca' },
    ],
  });
  const wrong = 'repositories:\n  - url: site\n  - url: /r\n    gpgcheck: never\n    key: /k\n';
  expect(await problemsIn(wrong)).toEqual([
    "2: 'repositories.0.url': an absolute path or a URL is expected.",
    expect.stringMatching(/^4: 'repositories.1.gpgcheck': /),
    "5: 'repositories.1.key' is not a key of the configuration.",
  ]);
});

it('tells all that is wrong, each with its line', async () => {
  expect(await problemsIn('# c\nstor: files\nstore: db2\nxcat:\n  root: opt\n  roots: /x\n')).toEqual([
    "2: 'stor' is not a key of the configuration.",
    "3: 'store': files or xcat is expected.",
    "5: 'xcat.root': an absolute path is expected.",
    "6: 'xcat.roots' is not a key of the configuration.",
  ]);
});

it.each([
  ['- store', /^1: The configuration: /],
  ['store: [files', /^1: This is not YAML: /],
  ['store: files\nstore: xcat', /^2: This is not YAML: Map keys must be unique/],
  ['xcat: /opt/xcat', /^1: 'xcat': /],
])('refuses %j', async (text, expected) => {
  expect((await problemsIn(text))[0]).toMatch(expected);
});

it('that cannot be read is an error', async () => {
  const file = join(home, 'config.yaml');
  await mkdir(file);
  await expect(readConfig(home)).rejects.toThrow(/it is a folder/);
});

it('names an alias without its anchor', () => {
  expect(() => parseConfig('store: *none\n', 'c.yaml')).toThrow(RootimgError);
});

it('builders are hosts as ssh knows them, each once', () => {
  const text = [
    'builders:',
    '  - {name: n1, arch: x86_64, osvers: [rocky9, rocky8], user: anna, options: [Port=2222]}',
    '  - {name: n2, osvers: rocky9}',
  ].join('\n');
  expect(parseConfig(text, 'config.yaml').builders).toEqual([
    { name: 'n1', arch: 'x86_64', osvers: ['rocky9', 'rocky8'], user: 'anna', options: ['Port=2222'] },
    { name: 'n2', osvers: 'rocky9' },
  ]);
});

it.each([
  ['- {name: -oProxyCommand=id}', "'builders.0.name': a name is expected."],
  ['- {name: auto}', "'builders.0.name': auto is no name: it stands for the first that fits."],
  ['- {name: n1, options: [-v]}', "'builders.0.options.0': Name=value is expected."],
  ['- {name: n1}\n- {name: n1}', "'builders.1.name': n1 stands in the list already."],
  ['- {name: n1, port: 22}', "'builders.0.port' is not a key of the configuration."],
])('builders %j are wrong: %s', (list, message) => {
  try {
    parseConfig(`builders:\n${list}`, 'config.yaml');
  } catch (error) {
    expect((error as Error).message).toBe(message);
    return;
  }
  throw new Error('nothing was said');
});
