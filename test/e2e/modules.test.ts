import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preflightModules } from '../../src/inspect/modules/preflight.ts';
import { readModule } from '../../src/inspect/modules/module-info.ts';
import { silentReporter } from '../../src/report/silent.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';

let base: string;
let tree: string;
let version: string;
let folder: string;
/** Uncompressed copies of some of the kernel's own modules. */
let samples: { name: string; content: Buffer }[];

const allNames = (top: string) => readdirSync(top, { recursive: true, encoding: 'utf8' });

beforeAll(async () => {
  const sample = await ensureSampleRepository(silentReporter());
  base = mkdtempSync(join(tmpdir(), 'rootimg-modules-'));
  tree = join(base, 'tree');
  mkdirSync(join(tree, 'usr/lib'), { recursive: true });
  symlinkSync('usr/lib', join(tree, 'lib'));
  for (const name of allNames(sample.pkgdir).filter((one) => /(?:^|\/)kernel.*\.rpm$/.test(one))) {
    execFileSync('bsdtar', ['-x', '-f', join(sample.pkgdir, name), '-C', tree], { stdio: 'pipe' });
  }
  [version = ''] = readdirSync(join(tree, 'lib/modules'));
  folder = join(tree, 'lib/modules', version);
  execFileSync('depmod', ['-b', tree, version], { stdio: 'pipe' });
  const paths = allNames(join(folder, 'kernel')).filter((one) => one.endsWith('.ko.xz'));
  samples = paths
    .map((path) => ({
      name: basename(path, '.ko.xz'),
      content: execFileSync('xz', ['-dc', join(folder, 'kernel', path)], { maxBuffer: 1e9 }),
    }))
    .filter(({ content }) => content.length < 300_000)
    .filter(({ content }) => (readModule(content)?.depends.length ?? 0) > 0)
    .slice(0, 6);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const preflight = (secureBoot = false) =>
  preflightModules({ tree, manifest: undefined, secureBoot, nics: undefined });

/** The last place of some words becomes others of the same length. */
function changed(content: Buffer, words: string, others: string): Buffer {
  // The names of symbols stand at the end, and before them once more with their CRCs.
  const at = content.lastIndexOf(words, content.length, 'latin1');
  if (at === -1 || words.length !== others.length)
    throw new Error(`cannot put ${others} in the place of ${words}`);
  const copy = Buffer.from(content);
  copy.write(others, at, 'latin1');
  return copy;
}

/** Another CRC for the first symbol. */
function otherCrc(content: Buffer): Buffer {
  const info = readModule(content);
  const [[symbol = '', crc = 0] = []] = [...(info?.versions ?? [])];
  const record = Buffer.alloc(9 + symbol.length);
  record.writeUInt32LE(crc, 0);
  record.write(`${symbol}\0`, 8, 'latin1');
  const at = content.indexOf(record);
  const copy = Buffer.from(content);
  copy.writeUInt32LE((crc ^ 1) >>> 0, at);
  return copy;
}

function put(path: string, content: Buffer): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const tool = { xz: ['xz', '--check=crc32'], zst: ['zstd', '-q'], gz: ['gzip'] }[path.replace(/^.*\./, '')];
  const [program, ...words] = tool ?? [];
  writeFileSync(
    file,
    program === undefined
      ? content
      : execFileSync(program, [...words, '-c'], { input: content, maxBuffer: 1e9 }),
  );
}

test('the modules that came with a kernel are all well', async () => {
  const { problems, warnings } = await preflight(true);
  expect([problems, warnings]).toEqual([[], []]);
});

test('planted faults are all found, each by its cause, in every compression', async () => {
  const flags = readModule(samples[0]?.content ?? Buffer.alloc(0))?.vermagic ?? '';
  const kinds: Record<string, [expected: RegExp, plant: (content: Buffer, index: number) => Buffer]> = {
    magic: [/its version magic is '.* mod_reload/, (content) => changed(content, 'mod_unload', 'mod_reload')],
    crc: [/compiled for other versions of \w+/, otherCrc],
    depends: [
      /it needs xx\w*, which the image does not have/,
      (content) => {
        const at = content.indexOf('depends=', 0, 'latin1') + 'depends='.length;
        const copy = Buffer.from(content);
        copy.write('xx', at, 'latin1');
        return copy;
      },
    ],
    versions: [/has no symbol versions/, (content) => changed(content, '\0__versions\0', '\0__xersions\0')],
    cut: [/it is damaged/, (content, index) => content.subarray(0, 2000 + 100 * index)],
  };
  const endings = ['.ko', '.ko.xz', '.ko.zst', '.ko.gz', '.ko.xz', '.ko.zst'];
  for (const [kind, [, plant]] of Object.entries(kinds)) {
    samples.forEach(({ content }, index) =>
      put(`extra/${kind}${index}${endings[index]}`, plant(content, index)),
    );
  }
  // Of an older kernel, but compiled for the same symbols: weak-updates.
  const older = changed(
    samples[0]?.content ?? Buffer.alloc(0),
    `vermagic=${version}`,
    `vermagic=${'5'.repeat(version.length)}`,
  );
  put('extra/older.ko', older);
  mkdirSync(join(folder, 'weak-updates'));
  symlinkSync('../extra/older.ko', join(folder, 'weak-updates/linked.ko'));
  symlinkSync('/nowhere.ko', join(folder, 'weak-updates/dangling.ko'));
  writeFileSync(join(folder, 'extra/rubbish.ko.xz'), Buffer.from('fd377a585a00rubbish', 'latin1'));
  const broken = readFileSync(join(folder, 'extra/crc1.ko.xz'));
  broken.fill(0, 200, 400);
  writeFileSync(join(folder, 'extra/broken.ko.xz'), broken);

  const { problems } = await preflight();
  const messages = problems.map(({ message }) => message);
  for (const [kind, [expected]] of Object.entries(kinds)) {
    const found = messages.filter((message) => message.includes(`/extra/${kind}`));
    expect([kind, found.length]).toEqual([kind, samples.length]);
    for (const message of found) expect(message).toMatch(expected);
  }
  const others = messages.filter(
    (message) => !Object.keys(kinds).some((kind) => message.includes(`/extra/${kind}`)),
  );
  expect(others.map((message) => /\/([\w.-]+) cannot be loaded.*damaged/.exec(message)?.[1])).toEqual([
    ...['broken.ko.xz', 'rubbish.ko.xz', 'dangling.ko'],
  ]);
  expect(flags).toContain('modversions');
  rmSync(join(folder, 'extra'), { recursive: true });
  rmSync(join(folder, 'weak-updates'), { recursive: true });
});

test('what Secure Boot and the list of symbols ask for', async () => {
  const [one, two] = samples;
  if (one === undefined || two === undefined) throw new Error('no modules');
  put('updates/unsigned.ko', one.content.subarray(0, one.content.length - 100));
  expect((await preflight()).problems).toEqual([]);
  expect((await preflight(true)).problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/unsigned\.ko cannot be loaded .*: it has no signature/),
  ]);

  const needed = readModule(two.content)?.undefined ?? [];
  const symbol =
    needed.find((name) => two.content.indexOf(`\0${name}\0`, 0, 'latin1') !== -1 && name.length > 5) ?? '';
  put('updates/symbol.ko', changed(two.content, `\0${symbol}\0`, `\0zz${symbol.slice(2)}\0`));
  const known = new Set(samples.flatMap(({ content }) => readModule(content)?.undefined ?? []));
  const system = [...known].map((name) => `ffffffff81000000 r __ksymtab_${name}\n`).join('');
  writeFileSync(join(folder, 'System.map'), system);
  const found = (await preflight()).problems.filter(({ message }) => message.includes('/updates/'));
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      new RegExp(`symbol\\.ko cannot be loaded .*there is no symbol zz${symbol.slice(2)}`),
    ),
  ]);
});
