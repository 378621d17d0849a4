import { expect, it } from 'vitest';
import { valueFault } from '../../../src/definition/attribute-values.ts';

it.each(['rw', 'nolock,rw', 'defaults', 'nolock,,tcp', ',nolock', 'nolock, tcp', 'a b'])(
  'nfsrootopts=%s is refused, as in xCAT',
  (value) => expect(valueFault('nfsrootopts', value)).toBeTypeOf('string'),
);

it.each(['', 'nolock', 'ro', 'nolock,rsize=32768,tcp,timeo=14', 'rwx'])('nfsrootopts=%s is taken', (value) =>
  expect(valueFault('nfsrootopts', value)).toBeUndefined(),
);

it('other attributes take any of these', () => expect(valueFault('description', 'rw, a b')).toBeUndefined());

it('permission is a mode', () => {
  for (const value of ['', '755', '0755', '1777']) expect(valueFault('permission', value)).toBeUndefined();
  for (const value of ['abc', '888', '75', '07555', 'u=rwx', ' 755']) {
    expect(valueFault('permission', value)).toContain('octal');
  }
});
