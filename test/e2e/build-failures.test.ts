import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ProblemsError, RootimgError } from '../../src/base/errors.ts';
import { run } from '../../src/system/exec.ts';
import { amount, testInLong } from '../lib/amount.ts';
import { type Builder, openBuilder } from './lib/builder.ts';
import { hostState, markDescendants } from './lib/host-state.ts';

let builder: Builder;
let image: string;
let small: string;

beforeAll(async () => {
  builder = await openBuilder();
  image = join(builder.base, 'image');
  small = await builder.file('small', 'bash\ncoreutils\nkernel\n');
});
afterAll(() => builder?.leave());
beforeEach(() => rm(image, { recursive: true, force: true }));

/** Every path below base but the lists that tests write, with type, mode, owner and size. */
async function listing(): Promise<string> {
  const { stdout } = await run(['find', builder.base, '-printf', '%P %y %m %u %s %l\n']);
  return stdout.split('\n').sort().join('\n');
}

async function failed(work: Promise<void>): Promise<RootimgError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RootimgError);
  return error as RootimgError;
}

const messages = (error: RootimgError) =>
  error instanceof ProblemsError ? error.problems.map((p) => p.message) : [error.message];

test('packages and groups that do not exist are named by line, and nothing has changed on disk', async () => {
  const pkglist = await builder.file('missing', 'bash\nnosuch-a\n@nogroup\n#NEW_INSTALL_LIST#\nnosuch-b\n');
  const before = await listing();
  const error = await failed(builder.build({ pkglist }));
  expect((error as ProblemsError).problems).toEqual([
    {
      code: 'package-missing',
      message: "No repository has the package 'nosuch-a'.",
      origin: { file: pkglist, line: 2 },
    },
    {
      code: 'package-missing',
      message: "No repository has the package 'nosuch-b'.",
      origin: { file: pkglist, line: 5 },
    },
    {
      code: 'group-missing',
      message: "No repository has the group '@nogroup'.",
      origin: { file: pkglist, line: 3 },
    },
  ]);
  expect(await listing()).toBe(before);
});

test('a single pass tells all its missing names too', async () => {
  const pkglist = await builder.file('missing-one', 'nosuch-a\nbash\n@nogroup\n');
  const before = await listing();
  expect(messages(await failed(builder.build({ pkglist })))).toEqual([
    "No repository has the package 'nosuch-a'.",
    "No repository has the group '@nogroup'.",
  ]);
  expect(await listing()).toBe(before);
});

test('preflight tells all that is wrong at once, and nothing has changed on disk', async () => {
  const { sample, base } = builder;
  await mkdir(join(base, 'no-key/repodata'), { recursive: true });
  const before = await listing();
  const error = await failed(
    builder.build({ pkglist: small, arch: 'ppc64le', srcdir: join(base, 'no-key') }),
  );
  expect(messages(error)).toEqual([
    `The image testimage is for ppc64le, but this host is ${sample.arch}.`,
    expect.stringContaining('There is no key'),
  ]);
  expect((error as ProblemsError).problems[0]?.hint).toContain('the dry-run line');
  expect(await listing()).toBe(before);
  await rm(join(base, 'no-key'), { recursive: true });
});

const refused = [
  ['unsigned', 'unsignedDir', 'unsigned-hello'],
  ['signed with another key', 'wrongSignedDir', 'wrong-signed-hello'],
] as const;

test.each(refused.slice(0, amount(1, 2)))(
  'a package that is %s stops the build, and nothing has changed on disk',
  async (_, folder, name) => {
    const { sample } = builder;
    const pkglist = await builder.file('bad', `bash\n${name}\n`);
    const before = await listing();
    const error = await failed(builder.build({ pkglist, srcdir: `${sample.pkgdir},${sample[folder]}` }));
    expect(error.code).toBe('signature');
    expect(error.message).toContain(name);
    expect(await listing()).toBe(before);
  },
);

// packages-matrix.test.ts has what goes wrong with packages in npm test, with tiny ones.
testInLong('a repository that is not there is told by attribute', async () => {
  const srcdir = `${builder.sample.pkgdir},http://127.0.0.1:9/nowhere`;
  const error = await failed(builder.build({ pkglist: small, srcdir }));
  expect(messages(error)[0]).toContain('http://127.0.0.1:9/nowhere (pkgdir) cannot be read');
  expect(existsSync(image)).toBe(false);
});

test('a postinstall that exits 3 is told with its last lines; the tree that the run began is gone, its logs stay', async () => {
  const script = await builder.file(
    'fails.sh',
    '#!/bin/sh\necho fine\necho "disk is on fire" >&2\nexit 3\n',
    0o755,
  );
  const error = await failed(builder.build({ pkglist: small, postinstall: script }));
  expect(error).toMatchObject({
    code: 'postinstall-failed',
    message: `The postinstall script ${script} ended with exit status 3.`,
    details: ['disk is on fire'],
  });
  expect(error.hint).toContain(join(image, 'logs/postinstall-fails.sh.log'));
  expect(readFileSync(join(image, 'logs/postinstall-fails.sh.log'), 'utf8')).toBe('fine\ndisk is on fire\n');
  expect(readdirSync(image).sort()).toEqual(['.rootimg.lock', 'logs']);
});

test('an image without dracut is told so, and the tree that the run began is gone', async () => {
  const error = await failed(builder.build({ pkglist: small }));
  expect(error.code).toBe('dracut-missing');
  expect(existsSync(join(image, 'rootimg'))).toBe(false);
});

testInLong('packages that own the same file are told with the file', async () => {
  const { sample } = builder;
  const conflict = await builder.file('conflict', 'trouble-conflict-a\ntrouble-conflict-b\n');
  const error = await failed(
    builder.build({ pkglist: conflict, srcdir: `${sample.pkgdir},${sample.trouble.conflict}` }),
  );
  expect(error.code).toBe('file-conflict');
  expect(error.message).toContain('/usr/share/trouble-conflict');
  expect(existsSync(join(image, 'rootimg'))).toBe(false);
});

testInLong('a failing %post fails the build and is told by package, with its words', async () => {
  const { sample } = builder;
  const pkglist = await builder.file('post-fails', 'bash\ntrouble-post-fails\n');
  const srcdir = `${sample.pkgdir},${sample.trouble.postFails}`;
  expect(messages(await failed(builder.build({ pkglist, srcdir })))).toEqual([
    'A scriptlet failed: %post of trouble-post-fails-1.0-1.noarch: exit status 1.\n  trouble-post-fails fails on purpose',
  ]);
  expect(existsSync(join(image, 'rootimg'))).toBe(false);
});

testInLong('a daemon started by a %post ends with its run', async () => {
  await markDescendants();
  const { processes } = await hostState(builder.base);
  const { sample } = builder;
  const pkglist = await builder.file('daemon', 'bash\ncoreutils\nutil-linux\nkernel\ntrouble-daemon\n');
  // Its log has what went wrong when it could not start.
  const keep = `#!/bin/sh\ncp "$1/var/log/trouble-daemon.log" "${builder.base}/daemon.log"\nexit 5\n`;
  const postinstall = await builder.file('keep.sh', keep, 0o755);
  const srcdir = `${sample.pkgdir},${sample.trouble.daemon}`;
  const error = await failed(builder.build({ pkglist, postinstall, srcdir }));
  expect(error).toMatchObject({ code: 'postinstall-failed' });
  expect(error.message).toContain('exit status 5');
  expect(readFileSync(join(builder.base, 'daemon.log'), 'utf8')).toBe('');
  expect((await hostState(builder.base)).processes).toEqual(processes);
});

test('a tree in use by another build is refused with its holder', async () => {
  const slow = await builder.file(
    'slow.sh',
    '#!/bin/sh\ntouch "$1/slow-runs"\nwhile [ -e "$1/slow-runs" ]; do sleep 0.1; done\nexit 4\n',
    0o755,
  );
  const first = failed(builder.build({ pkglist: small, postinstall: slow }));
  while (!existsSync(join(image, 'rootimg/slow-runs')))
    await new Promise((resolve) => setTimeout(resolve, 100));
  const second = await failed(builder.build({ pkglist: small }));
  expect(second.code).toBe('locked');
  expect(second.message).toContain(`process ${process.pid}`);
  await rm(join(image, 'rootimg/slow-runs'));
  expect((await first).message).toContain('exit status 4');
});
