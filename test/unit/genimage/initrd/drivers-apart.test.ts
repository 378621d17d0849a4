import { expect, it } from 'vitest';
import { driversApart } from '../../../../src/genimage/initrd/drivers-apart.ts';

it('one part of dracut that is not known to keep drivers apart decides', () => {
  expect(driversApart(['base', 'rootimg', 'network'])).toBe(true);
  expect(driversApart(['base', 'rootimg', 'lvm'])).toBe(false);
});
