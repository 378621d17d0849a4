import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExcludeLists } from '../../../src/resolve/exclude-list.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

async function read(value: string) {
  const lists = await readExcludeLists(value, folder.path);
  return {
    ...lists,
    shown: lists.rules.map((rule) => `${rule.kind === 'include' ? '+' : '-'}${rule.pattern}`),
  };
}

describe('readExcludeLists', () => {
  it('reads patterns as find takes them, decoration and blanks removed, with their origin', async () => {
    const path = await folder.file(
      'x',
      "./usr/share/doc*\r\n -./boot  \n+./usr/share/doc/keep*\n\t+./a b/it's\n*/locale/[a-d]?\n./-x\n",
    );
    const lists = await read('x');
    expect(lists.shown).toEqual([
      '-./usr/share/doc*',
      '-./boot',
      '+./usr/share/doc/keep*',
      "+./a b/it's",
      '-*/locale/[a-d]?',
      '-./-x',
    ]);
    expect(lists.rules[2]?.origin).toEqual({ file: path, line: 3 });
    expect(lists.problems).toEqual([]);
  });

  it('cuts comments anywhere in a line', async () => {
    await folder.file('x', '# all\n./a # why\n./b#c\n   #\n#\n');
    expect((await read('x')).shown).toEqual(['-./a', '-./b']);
  });

  it('takes one decoration off, not more', async () => {
    await folder.file('x', '--./a\n-+./b\n+-./c\n');
    expect((await read('x')).shown).toEqual(['--./a', '-+./b', '+-./c']);
  });

  it("takes includes relative to the top list's folder, without variables", async () => {
    await folder.file('x', '#INCLUDE:sub/y#\n./x\n#INCLUDE:z# # all of z\n');
    await folder.file('sub/y', './y\n#INCLUDE:z#\n');
    await folder.file('z', './z\n');
    await folder.file('sub/z', './wrong\n');
    const lists = await read('x');
    expect(lists.shown).toEqual(['-./y', '-./z', '-./x', '-./z']);
    expect(lists.warnings).toEqual([]);
  });

  it('takes all includes of one line, as in package lists', async () => {
    await folder.file('x', '#INCLUDE:y##INCLUDE:z# # both\n');
    await folder.file('y', './y\n');
    await folder.file('z', './z\n');
    const lists = await read('x');
    expect(lists.shown).toEqual(['-./y', '-./z']);
    expect(lists.warnings).toEqual([]);
  });

  it('names missing lists, includes, circles and gaps', async () => {
    const x = await folder.file('x', '#INCLUDE:$HOME/none#\n#INCLUDE:y#\n');
    const y = await folder.file('y', '\n#INCLUDE:x#\n');
    const lists = await read('x,,none');
    expect(lists.problems).toMatchObject([
      { code: 'list-gap' },
      { code: 'file-unreadable', origin: { file: x, line: 1 } },
      {
        code: 'include-cycle',
        origin: { file: y, line: 2 },
        message: expect.stringContaining([x, y, x].join(' → ')),
      },
      {
        code: 'file-unreadable',
        message: `The exlist '${join(folder.path, 'none')}' cannot be read: it does not exist.`,
      },
    ]);
  });

  it('warns of a line without a path and of an include that is a comment', async () => {
    await folder.file(
      'x',
      '+\n- # nothing\n#INCLUDE:y\n#INCLUDE:z# tail\n./a #INCLUDE:z#\n#INCLUDE:z##INCLUDE:y\n',
    );
    await folder.file('z', './z\n');
    expect((await read('x')).warnings.map((warning) => warning.split(': ')[0])).toEqual(
      [1, 2, 3, 4, 5, 6].map((line) => `${folder.path}/x:${line}`),
    );
  });

  it('ends where lists include each other ever more often, and names it once', async () => {
    for (let level = 0; level < 20; level += 1) {
      await folder.file(`l${level}`, `#INCLUDE:l${level + 1}#\n`.repeat(3));
    }
    await folder.file('l20', './x\n');
    const { problems } = await read('l0');
    expect(problems.map(({ code }) => code)).toEqual(['include-many']);
  });
});
