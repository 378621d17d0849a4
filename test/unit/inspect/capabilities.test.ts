import { expect, test } from 'vitest';
import { capabilityWords } from '../../../src/inspect/tree/capabilities.ts';

const value = (hex: string) => capabilityWords(Buffer.from(hex, 'hex'));

test('the bytes of the attribute as getcap writes them', () => {
  expect(value('0100000200200000000000000000000000000000')).toBe('cap_net_raw=ep');
  expect(value('0000000200200000000000000000000000000000')).toBe('cap_net_raw=p');
  expect(value('0000000200040000003000000000000000000000')).toBe(
    'cap_net_bind_service=p cap_net_admin,cap_net_raw=i',
  );
  // Those above 31 stand in the second pair.
  expect(value('0100000200000000000000008000000000000000')).toBe('cap_bpf=ep');
  expect(value('01000002')).toBe('damaged');
});
