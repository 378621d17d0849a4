import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packUuid } from '../../../../src/pack/customise/pack-uuid.ts';
import { memberTable, type MemberValues } from '../../../../src/pack/members/member-table.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const plain: MemberValues = {
  ...{ mode: fileType.regular | 0o644, uid: 0, gid: 0, size: 4, mtime: 50, major: 0, minor: 0, link: 0 },
  override: undefined,
};

function uuid(values: Partial<MemberValues> = {}, path = 'file', name = 'compute'): Promise<string> {
  const members = memberTable();
  members.add('', '.', { ...plain, mode: fileType.folder | 0o755, size: 0 });
  members.add('.', path, { ...plain, ...values });
  return packUuid(name, members, 100);
}

const put = (content: Buffer | { source: string; size: number }): Partial<MemberValues> => ({
  override: { path: 'file', mode: plain.mode, uid: 0, gid: 0, content },
});

describe('packUuid', () => {
  it('is a uuid of version 5, the same for the same', async () => {
    expect(await uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await uuid()).toBe(await uuid());
  });

  it.each<[string, Partial<MemberValues>]>([
    ['mode', { mode: fileType.regular | 0o600 }],
    ['owner', { uid: 1 }],
    ['group', { gid: 1 }],
    ['size', { size: 5 }],
    ['time', { mtime: 51 }],
    ['device', { major: 1 }],
    ['hard link', { link: 1 }],
    ['content that was put in', put(Buffer.from('text'))],
  ])('another %s gives another one', async (_, values) => {
    expect(await uuid(values)).not.toBe(await uuid());
  });

  it('so do another path, image, and other bytes that are put in', async () => {
    expect(await uuid({}, 'file2')).not.toBe(await uuid());
    expect(await uuid({}, 'file', 'login')).not.toBe(await uuid());
    expect(await uuid(put(Buffer.from('text')))).not.toBe(await uuid(put(Buffer.from('tex2'))));
  });

  it('times after the time of the pack are that time', async () => {
    expect(await uuid({ mtime: 100 })).toBe(await uuid({ mtime: 5000 }));
  });

  it('a file of this host counts by its bytes, wherever it lies', async () => {
    const source = await folder.file('a', 'text');
    const first = await uuid(put({ source, size: 4 }));
    expect(first).toBe(await uuid(put({ source: await folder.file('b', 'text'), size: 4 })));
    writeFileSync(source, 'tex2');
    expect(await uuid(put({ source, size: 4 }))).not.toBe(first);
  });
});
