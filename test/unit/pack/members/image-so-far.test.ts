import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ImageSoFar, imageSoFar, isLink } from '../../../../src/pack/members/image-so-far.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import type { Override, Overrides } from '../../../../src/pack/members/override.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
let overrides: Overrides;
let image: ImageSoFar;

beforeEach(async () => {
  await folder.file('usr/lib/a', 'of the tree');
  await folder.file('etc/hosts', 'hosts', 0o600);
  await folder.folder('empty');
  await symlink('usr/lib', join(folder.path, 'lib'));
  overrides = new Map();
  image = imageSoFar(overrides, openTree(folder.path));
});

const ours = { uid: 0, gid: 0 };
const file = (path: string, text = ''): Override => ({
  ...{ ...ours, path, mode: fileType.regular | 0o644 },
  content: Buffer.from(text),
});
const directory = (path: string, opaque = false): Override => ({
  ...{ ...ours, path, mode: fileType.folder | 0o755 },
  ...(opaque ? { opaque } : {}),
});

describe('an image as tree and overrides make it', () => {
  it('has what the tree has', () => {
    expect(image.isFolder('.')).toBe(true);
    expect(isLink(image.look('lib'))).toBe(true);
    expect(image.place('lib/a')).toBe('usr/lib/a');
    expect(image.file('etc/hosts')).toMatchObject({ bytes: Buffer.from('hosts'), fromTree: true });
    expect(image.file('etc/hosts')?.values.mode).toBe(fileType.regular | 0o600);
    expect(image.file('usr/lib')).toBeUndefined();
    expect(image.look('none')).toBeUndefined();
  });

  it('has what was put in, with the folders it lies in', () => {
    image.put(file('opt/a/b', 'put'));
    expect([...overrides.keys()]).toEqual(['opt', 'opt/a', 'opt/a/b']);
    expect(image.file('opt/a/b')).toMatchObject({ bytes: Buffer.from('put'), fromTree: false });
  });

  it('links that were put in are followed too', () => {
    image.put({ ...ours, path: 'opt', mode: fileType.symlink | 0o777, target: 'usr/lib' });
    expect(image.place('opt/a')).toBe('usr/lib/a');
  });

  it.each([
    ['a file in the place of a folder', file('usr')],
    ['a folder that hides all in it', directory('usr', true)],
  ])('%s hides what the tree has below', (_, override) => {
    overrides.set('usr', override);
    expect(image.look('usr/lib/a')).toBeUndefined();
    image.put(file('usr/lib/new'));
    expect([image.look('usr/lib/new') !== undefined, image.look('usr/lib/a')]).toEqual([true, undefined]);
  });

  it('a folder over a folder hides nothing', () => {
    image.put(directory('usr'));
    expect(image.file('usr/lib/a')?.bytes.toString()).toBe('of the tree');
  });

  it('a file takes the place of an empty folder, of no other', () => {
    image.put(file('empty'));
    expect(image.isFolder('empty')).toBe(false);
    expect(() => image.put(file('usr'))).toThrow(expect.objectContaining({ code: 'not-empty' }));
    image.put(file('opt/x'));
    expect(() => image.put(file('opt'))).toThrow(/opt in the image is a folder that is not empty/);
  });

  it('a folder whose content is hidden is empty', () => {
    image.put(directory('usr', true));
    image.put(file('usr'));
    expect(image.file('usr')?.bytes.length).toBe(0);
  });
});
