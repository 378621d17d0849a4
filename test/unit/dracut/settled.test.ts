import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shells, FakeNode } from './fake-node.ts';

let node: FakeNode;
beforeEach(() => {
  node = new FakeNode();
  node.file('run/initramfs/rootimg/imgurl', 'http://a/rootimg.sfs\n');
});
afterEach(() => node.remove());

describe.each(shells)('the hook between dracut jobs under %s', (shell) => {
  const loop = (attempt: string) => {
    node.file('lib/rootimg/attempt.sh', `echo attempt >> "$NODE/attempts"\n${attempt}\n`);
    return node.run(shell, 'main_loop=300; . "$rootimg_lib/settled.sh"; echo "$main_loop"');
  };

  it('keeps dracut from giving up while the root is not there', () => {
    expect(loop('exit 1')).toMatchObject({ status: 0, stdout: '0\n' });
    expect(node.read('attempts')).toBe('attempt\n');
  });

  it('lets dracut die with the reason when it can never work', () => {
    expect(
      loop('echo "rootimg: error: no room" > "$rootimg_fs/run/initramfs/rootimg/fatal"; exit 2').status,
    ).toBe(1);
    expect(node.read('died')).toBe('rootimg: error: no room\n');
  });

  it.each([
    ['the shell stopped in it', 'exit 2', 2],
    ['its file is broken', 'if', 2],
    ['it was killed', 'kill -KILL $$', 137],
  ])('says so and tries again when %s', (_, attempt, status) => {
    node.tool('sleep', 'echo "$*" >> "$NODE/slept"');
    expect(loop(attempt)).toMatchObject({ status: 0, stdout: '0\n' });
    expect(node.read('died')).toBeUndefined();
    expect(node.log).toBe(
      `<27>rootimg: error: the attempt to get the root broke off with status ${status}; next try in 10 s\n`,
    );
    expect(node.read('slept')).toBe('10\n');
  });

  it('is quiet when the root stands, and without imgurl', () => {
    node.file('run/initramfs/rootimg/ready', '');
    expect(loop('exit 1').stdout).toBe('300\n');
    node.run(shell, 'rm -r "$NODE/run/initramfs/rootimg"');
    expect(loop('exit 1').stdout).toBe('300\n');
    expect(node.read('attempts')).toBeUndefined();
  });
});
