import { expect, test } from 'vitest';
import { bootedNode } from '../../../src/plan/booted-node.ts';

test('what a node says, without what it leaves empty and what nobody knows', () => {
  const said = new Map([
    ['image', 'compute'],
    ['uuid', ''],
    ['line', 'a=b'],
    ['__proto__', 'x'],
  ]);
  expect(bootedNode(said)).toEqual({ image: 'compute', line: 'a=b' });
  expect(bootedNode(new Map([['uuid', '']]))).toBeUndefined();
});
