import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { checkWhole } from '../../../../../src/pack/formats/archive/whole.ts';
import { useFolder } from '../../../../lib/folder.ts';

const folder = useFolder();

it('looks at the file itself; one that is too short for anything is told', async () => {
  const path = await folder.file('f.gz', '');
  writeFileSync(path, gzipSync('content'));
  checkWhole(path, 'gzip', 7);
  expect(() => checkWhole(path, 'gzip', 8)).toThrow('its compressor was given 7 bytes instead of 8');
  for (const short of ['', '\x1f\x8b', '\x1f\x8bx']) {
    writeFileSync(path, short, 'latin1');
    expect(() => checkWhole(path, 'gzip', 7)).toThrow('the compressed file ends too early');
  }
  expect(() => checkWhole(folder.path, 'gzip', 7)).toThrow('EISDIR');
});
