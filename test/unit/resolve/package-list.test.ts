import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PackageListKind } from '../../../src/resolve/package-entry.ts';
import { readPackageLists } from '../../../src/resolve/package-list.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

async function read(
  value: string,
  kind: PackageListKind = 'pkglist',
  variables: Record<string, string> = {},
) {
  const lists = await readPackageLists(value, kind, { cwd: folder.path, variables });
  const names = (entries: readonly { name: string }[]) => entries.map((entry) => entry.name);
  return {
    ...lists,
    shown: lists.passes.map((pass) => ({
      install: names(pass.install),
      before: names(pass.removeBefore),
      after: names(pass.removeAfter),
      env: pass.environment,
    })),
    codes: lists.problems.map((problem) => problem.code),
    messages: lists.problems.map((problem) => problem.message),
  };
}

const pass = (install: string[], rest: { before?: string[]; after?: string[]; env?: string[] } = {}) => ({
  install,
  before: [],
  after: [],
  env: [],
  ...rest,
});

describe('readPackageLists', () => {
  it('reads one entry a line with its origin; blanks, CRLF, tabs and comments are nothing', async () => {
    const path = await folder.file(
      'a',
      '\uFEFFbash \r\n\r\n  # comment, with a comma\r\n\tvim\t\r\n@core\r\n@Big Group\nlast',
    );
    const lists = await read('a');
    expect(lists.problems).toEqual([]);
    expect(lists.passes[0]?.install).toEqual([
      { name: 'bash', origin: { file: path, line: 1 } },
      { name: 'vim', origin: { file: path, line: 4 } },
      { name: '@core', origin: { file: path, line: 5 } },
      { name: '@Big Group', origin: { file: path, line: 6 } },
      { name: 'last', origin: { file: path, line: 7 } },
    ]);
  });

  it('splits entries at commas, but not inside directives', async () => {
    await folder.file('a', 'x,y\n#ENV:A=1,B=2#\n');
    expect((await read('a')).shown).toEqual([pass(['x', 'y'], { env: ['A=1,B=2'] })]);
  });

  it('reads environments as recorded, leading blanks or not', async () => {
    const text =
      'bash\n#ENV:INUSE=1#\nopenssl\n#ENV:A=b c#\n #ENV:INDENT=1#\n#ENV:X=1# trailing\n#ENV:#\n#ENV:A=1,B=2#\n';
    await folder.file('a', text);
    const lists = await read('a');
    expect(lists.shown).toEqual([
      pass(['bash', 'openssl'], { env: ['INUSE=1', 'A=b c', 'INDENT=1', 'X=1', 'A=1,B=2'] }),
    ]);
    expect(lists.problems).toEqual([]);
    expect(lists.warnings.map((warning) => warning.split(': ')[0])).toEqual([
      `${folder.path}/a:4`,
      `${folder.path}/a:6`,
      `${folder.path}/a:7`,
    ]);
  });

  it('refuses an environment that sets nothing', async () => {
    await folder.file('a', 'bash\n#ENV:foo#\n');
    expect((await read('a')).codes).toEqual(['environment']);
  });

  it('puts equal passes of several files together; empty passes vanish', async () => {
    await folder.file('a', 'bash\n#NEW_INSTALL_LIST#\nsecond\n');
    await folder.file(
      'b',
      'vim\n#NEW_INSTALL_LIST#\nother\n#NEW_INSTALL_LIST#\n#NEW_INSTALL_LIST#\nfourth\n',
    );
    expect((await read('a, b,')).shown).toEqual([
      pass(['bash', 'vim']),
      pass(['second', 'other']),
      pass(['fourth']),
    ]);
  });

  it('goes on with the pass number inside an include', async () => {
    await folder.file('a', 'one\n#INCLUDE:b#\nthree\n');
    await folder.file('b', 'uno\n#NEW_INSTALL_LIST#\ntwo\n');
    expect((await read('a')).shown).toEqual([pass(['one', 'uno']), pass(['two', 'three'])]);
  });

  it('warns of an environment for a pass without packages', async () => {
    await folder.file('a', 'one\n#NEW_INSTALL_LIST#\n#ENV:A=1#\n');
    const lists = await read('a');
    expect(lists.shown).toEqual([pass(['one'])]);
    expect(lists.warnings.join()).toContain('A=1');
  });

  it('removes before and after in an otherpkglist', async () => {
    await folder.file('a', 'dir/sub/pkg\n-old\n--late\n-a/b\nplain\n');
    expect((await read('a', 'otherpkglist')).shown).toEqual([
      pass(['dir/sub/pkg', 'plain'], { before: ['old', 'b'], after: ['late'] }),
    ]);
  });

  it('refuses removals in a pkglist by line', async () => {
    const path = await folder.file('a', 'bash\n-old\n--late\n');
    const lists = await read('a');
    expect(lists.problems.map((problem) => problem.origin)).toEqual([
      { file: path, line: 2 },
      { file: path, line: 3 },
    ]);
    expect(lists.codes).toEqual(['removal-in-pkglist', 'removal-in-pkglist']);
  });

  it('drops a folder before a name in a pkglist, with a warning; an absolute path stays', async () => {
    await folder.file('a', 'dir/pkg\n/tmp/x.rpm\n');
    const lists = await read('a');
    expect(lists.shown).toEqual([pass(['pkg', '/tmp/x.rpm'])]);
    expect(lists.warnings).toHaveLength(1);
  });

  it.each(['vim #x', 'vim emacs', '@core # all', '-', '--', '---x', 'a\0b', 'caf\x07', '@', 'sub/', '-sub/'])(
    'refuses the line %j',
    async (line) => {
      await folder.file('a', `bash\n${line}\n`);
      const lists = await read('a', 'otherpkglist');
      expect(lists.problems.map((problem) => problem.origin?.line)).toEqual([2]);
      expect(lists.shown).toEqual([pass(['bash'])]);
    },
  );

  it('names bytes that are no UTF-8', async () => {
    await folder.file('a', Buffer.from([0x62, 0x0a, 0xff, 0xfe, 0x0a]));
    expect((await read('a')).problems.map((problem) => problem.origin?.line)).toEqual([2]);
  });

  it('warns of a comment that was meant as a directive', async () => {
    await folder.file('a', '#INCLUDE:b\n# INCLUDE:b#\n#NEW_INSTALL_LIST\nbash\n');
    expect((await read('a')).warnings).toHaveLength(3);
  });

  describe('includes', () => {
    it('are relative, absolute, or begin with a variable', async () => {
      const b = await folder.file('sub/b', 'bee\n');
      await folder.file('a', `#INCLUDE:sub/b#\n#INCLUDE:${b}#\n#INCLUDE:\${PK}/b#\n#INCLUDE:$PK/b#\n`);
      const lists = await read('a', 'pkglist', { PK: join(folder.path, 'sub') });
      expect(lists.shown).toEqual([pass(['bee', 'bee', 'bee', 'bee'])]);
      expect(lists.files.map((file) => file.path)).toEqual([join(folder.path, 'a'), b]);
    });

    it("look in the including file's folder first, then in the top one's", async () => {
      await folder.file('a', '#INCLUDE:sub/b#\n');
      await folder.file('sub/b', '#INCLUDE:c#\n#INCLUDE:d#\n');
      await folder.file('sub/c', 'from-sub\n');
      await folder.file('c', 'from-top\n');
      await folder.file('d', 'only-top\n');
      const lists = await read('a');
      expect(lists.shown).toEqual([pass(['from-sub', 'only-top'])]);
      expect(lists.warnings).toHaveLength(1);
      expect(lists.warnings[0]).toContain('sub/b:1');
    });

    it('do not warn where both files are equal', async () => {
      await folder.file('a', '#INCLUDE:sub/b#\n');
      await folder.file('sub/b', '#INCLUDE:c#\n');
      await folder.file('sub/c', 'same\n');
      await folder.file('c', 'same\n');
      expect((await read('a')).warnings).toEqual([]);
    });

    it('that are missing are named with their line, and the unset variable too', async () => {
      const path = await folder.file('a', 'bash\n#INCLUDE:none#\n#INCLUDE:$NOPE/x#\n');
      const lists = await read('a');
      expect(lists.problems).toMatchObject([
        { code: 'file-unreadable', origin: { file: path, line: 2 } },
        {
          code: 'file-unreadable',
          origin: { file: path, line: 3 },
          hint: 'Not set in the environment: NOPE.',
        },
      ]);
    });

    it('in a circle are named whole', async () => {
      await folder.file('a', '#INCLUDE:b#\n');
      await folder.file('b', 'x\n#INCLUDE:c#\n');
      const c = await folder.file('c', '#INCLUDE:b#\n');
      const lists = await read('a');
      const circle = ['b', 'c', 'b'].map((name) => join(folder.path, name)).join(' → ');
      expect(lists.messages).toEqual([`Package lists include each other in a circle: ${circle}.`]);
      expect(lists.problems[0]?.origin).toEqual({ file: c, line: 1 });
    });

    it('of itself, also through a link, end', async () => {
      await folder.file('a', '#INCLUDE:a#\n');
      await folder.file('l', '#INCLUDE:m#\n');
      await symlink('l', join(folder.path, 'm'));
      expect((await read('a,l')).codes).toEqual(['include-cycle', 'include-cycle']);
    });

    it('twice of the same file are no circle', async () => {
      await folder.file('a', '#INCLUDE:b#\n#INCLUDE:c#\n');
      await folder.file('b', '#INCLUDE:d#\n');
      await folder.file('c', '#INCLUDE:d#\n');
      await folder.file('d', 'x\n');
      expect((await read('a')).shown).toEqual([pass(['x', 'x'])]);
    });

    it('that double at each step stop with a problem', async () => {
      for (let step = 0; step < 20; step += 1) {
        await folder.file(`f${step}`, `#INCLUDE:f${step + 1}#\n#INCLUDE:f${step + 1}#\n`);
      }
      await folder.file('f20', 'x\n');
      expect((await read('f0')).codes).toEqual(['include-many']);
    });

    it('with text behind are refused: xCAT glues it to the last entry', async () => {
      await folder.file('a', '#INCLUDE:b# # the base\n');
      await folder.file('b', 'x\n');
      expect((await read('a')).codes).toEqual(['package-line']);
    });
  });

  it('names missing files, folders and gaps, all of them', async () => {
    await folder.folder('dir');
    const lists = await read('none,,dir');
    expect(lists.messages).toEqual([
      'An empty name stands in pkglist=none,,dir.',
      `The pkglist '${folder.path}/none' cannot be read: it does not exist.`,
      `The pkglist '${folder.path}/dir' cannot be read: it is a folder.`,
    ]);
  });

  it('gives nothing for no list', async () => {
    expect(await readPackageLists(undefined, 'pkglist', { cwd: '/', variables: {} })).toMatchObject({
      passes: [],
      files: [],
      problems: [],
    });
  });

  it('reads a very long list', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `package-${index}`);
    await folder.file('a', names.join('\n'));
    expect((await read('a')).shown[0]?.install).toEqual(names);
  });

  it('never reads a device or a pipe, which might have no end', async () => {
    await folder.file('a', 'bash\n#INCLUDE:/dev/zero#\n');
    const lists = await read('a,/dev/zero,/dev/null');
    expect(lists.codes).toEqual(['file-unreadable', 'file-unreadable']);
    expect(lists.messages).toEqual(
      Array(2).fill(expect.stringContaining("'/dev/zero' cannot be read: it is not a regular file")),
    );
  });

  it('names the line of an environment that has no package', async () => {
    const path = await folder.file('a', 'bash\n#NEW_INSTALL_LIST#\n#ENV:A=1#\n');
    expect((await read('a')).warnings).toEqual([
      `${path}:3: '#ENV:A=1#' is for a pass without packages: left out.`,
    ]);
  });
});
