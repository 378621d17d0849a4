import { closeSync, openSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTree, type Tree } from '../../../../src/system/tree/open-tree.ts';
import { type Pass, passNear } from '../../../../src/system/tree/pass-near.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
let tree: Tree;

beforeEach(async () => {
  await folder.file('a/one', '1');
  await folder.file('b/two', '2');
  tree = openTree(folder.path);
});
afterEach(() => tree.close());

test('a pass is near between its promises, and the working folder is the old one while they are waited for', async () => {
  const home = process.cwd();
  const seen: string[] = [];
  const look = (path: string) => seen.push(`${String(tree.at(path))}=${readFileSync(tree.at(path), 'utf8')}`);
  const wait = async () => {
    await setImmediate();
    seen.push(process.cwd() === home ? 'home' : process.cwd());
  };
  function* pass(): Pass {
    look('a/one');
    yield wait();
    look('b/two');
    yield undefined;
    look('a/one');
  }
  await passNear(tree, pass());
  expect(seen).toEqual(['one=1', 'home', 'two=2', 'one=1']);
  expect(process.cwd()).toBe(home);
});

test('what a promise or the pass throws ends it, with all that it tidies', async () => {
  const home = process.cwd();
  let open = 0;
  function* pass(work: () => Promise<unknown> | undefined): Pass {
    const fd = openSync(join(folder.path, 'a/one'), 'r');
    open += 1;
    try {
      yield work();
    } finally {
      closeSync(fd);
      open -= 1;
    }
  }
  const failing = () => Promise.reject(new Error('promise'));
  await expect(passNear(tree, pass(failing))).rejects.toThrow('promise');
  const throwing = () => {
    throw new Error('pass');
  };
  await expect(passNear(tree, pass(throwing))).rejects.toThrow('pass');
  expect(open).toBe(0);
  expect(process.cwd()).toBe(home);
});
