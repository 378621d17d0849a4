import { closeSync, readdirSync, readSync, writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openPipe } from '../../../../src/pack/streams/open-pipe.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

it('a pipe has no name any more, and one is found where the folder has no place for it', async () => {
  for (const place of [folder.path, '/proc']) {
    const { readEnd, writeEnd } = await openPipe(place);
    expect(readdirSync(folder.path)).toEqual([]);
    writeSync(writeEnd, 'through');
    closeSync(writeEnd);
    const bytes = Buffer.alloc(100);
    expect(bytes.toString('latin1', 0, readSync(readEnd, bytes))).toBe('through');
    expect(readSync(readEnd, bytes)).toBe(0);
    closeSync(readEnd);
  }
});
