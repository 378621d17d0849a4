import { describe, expect, it } from 'vitest';
import { readSyncLists } from '../../../src/resolve/sync-list.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

async function read(text: string, variables: Record<string, string> = {}) {
  await folder.file('list', text);
  const lists = await readSyncLists('list', folder.path, variables);
  const here = (path: string) => path.replace(`${folder.path}/`, '');
  return {
    ...lists,
    shown: lists.entries.map(
      (entry) => `${entry.kind} ${entry.sources.map(here).join(' ')} -> ${entry.destination}`,
    ),
    lines: lists.problems.map((problem) => problem.origin?.line),
  };
}

describe('readSyncLists', () => {
  it('reads one source to a file or a folder, several to a folder', async () => {
    await folder.file('a');
    await folder.file('b');
    const lists = await read(
      `# files\n${folder.path}/a -> /etc/a\n${folder.path}/a -> /etc/\na  b   ->   /tmp/d\n`,
    );
    expect(lists.shown).toEqual(['copy a -> /etc/a', 'copy a -> /etc/', 'copy a b -> /tmp/d/']);
    expect(lists.entries[2]?.origin).toEqual({ file: `${folder.path}/list`, line: 4 });
    expect(lists.problems).toEqual([]);
  });

  it('expands wildcards; what they match goes into a folder even when it is one', async () => {
    await folder.file('src/one');
    await folder.file('src/.hidden');
    expect((await read('src/* -> /dst')).shown).toEqual(['copy src/one -> /dst/']);
    await folder.file('src/two');
    expect((await read('src/[!x]* -> /dst/')).shown).toEqual(['copy src/one src/two -> /dst/']);
    expect((await read('s?c/t*o -> /dst')).shown).toEqual(['copy src/two -> /dst/']);
  });

  it('leaves entries of a node range and scripts to the nodes, and says so', async () => {
    await folder.file('a');
    const lists = await read('a -> (n1-n9) /etc/a\nEXECUTE:\n/tmp/run.sh\nEXECUTEALWAYS:\n/tmp/always.sh\n');
    expect(lists.shown).toEqual([]);
    expect(lists.problems).toEqual([]);
    expect(lists.notices).toHaveLength(3);
    expect(lists.notices[0]).toContain('n1-n9');
    expect(lists.notices[1]).toContain('/tmp/run.sh');
  });

  it('reads APPEND and MERGE', async () => {
    await folder.file('hosts');
    await folder.file('passwd');
    const lists = await read('APPEND:\nhosts -> /etc/hosts\nMERGE:\npasswd -> /etc/passwd\n');
    expect(lists.shown).toEqual(['append hosts -> /etc/hosts', 'merge passwd -> /etc/passwd']);
  });

  it('replaces variables of environvar, and no others', async () => {
    await folder.file('v1/a');
    await folder.file('$OTHER');
    const lists = await read('$V/a -> /etc/${V}\n$OTHER -> /x\n', { V: 'v1' });
    expect(lists.shown).toEqual(['copy v1/a -> /etc/v1', 'copy $OTHER -> /x']);
  });

  it('names what is wrong by line', async () => {
    await folder.file('a');
    const lists = await read(
      'none -> /x\nno*ne -> /x\na /x\na -> relative\na -> /x/../y\na -> /x y\nMERGE:\na -> /etc/hosts\n',
    );
    expect(lists.lines).toEqual([1, 2, 3, 4, 5, 6, 8]);
    expect(lists.shown).toEqual([]);
  });

  it('names a missing list', async () => {
    const asked = { file: 'image.stanza', line: 7 };
    const lists = await readSyncLists('none', folder.path, {}, asked);
    expect(lists.problems).toMatchObject([{ code: 'file-unreadable', origin: asked }]);
  });

  it('gives nothing for no list', async () => {
    expect((await readSyncLists(undefined, '/', {})).entries).toEqual([]);
  });
});
