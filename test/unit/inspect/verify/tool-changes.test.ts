import { expect, test } from 'vitest';
import { toolChanges } from '../../../../src/inspect/verify/tool-changes.ts';
import type { Manifest } from '../../../../src/plan/manifest.ts';
import { builtRecord } from '../../../lib/built-record.ts';

const made = (tools: Record<string, string>): Manifest => ({
  schema: 1,
  image: { name: 'a', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' },
  build: { ...builtRecord('initrd'), tools },
});

test('programs of other versions are named', () => {
  expect(
    toolChanges(made({ dnf: '4.14', rpm: '4.16', node: '20' }), made({ dnf: '4.18', rpm: '4.16' })),
  ).toEqual(['It was built with dnf 4.14; here is 4.18.', 'It was built with node 20; here is none.']);
  expect(toolChanges(made({ rpm: '4.16' }), made({ rpm: '4.16' }))).toEqual([]);
});
