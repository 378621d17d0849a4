import { expect, it } from 'vitest';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import { announceChanges, changedAttributes } from '../../../src/resolve/overrides.ts';
import { definitionOf } from '../../lib/folder.ts';

it('only options that are given and differ are written back, told in the order of xCAT', () => {
  const definition = definitionOf({ permission: '755', kernelver: '1', otherifce: 'eth1' });
  const options = {
    ...emptyRequest(),
    permission: '700',
    kernelver: '1',
    nodebootif: 'eth0',
    arch: 'x86_64',
  };
  const changed = changedAttributes(options, definition);
  expect(changed).toEqual({ nodebootif: 'eth0', permission: '700' });
  expect(announceChanges(changed, definition)).toEqual([
    'The nodebootif is different from the definition (unset), will update it.',
    'The permission is different from the definition (755), will update it.',
  ]);
});

it('an option with no value unsets what was set, and changes nothing that was not', () => {
  expect(changedAttributes({ ...emptyRequest(), kernelver: '' }, definitionOf({ kernelver: '1' }))).toEqual({
    kernelver: '',
  });
});
