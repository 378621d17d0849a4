import { createHash } from 'node:crypto';
import type { BuiltRecord } from '../../src/plan/manifest.ts';

/** The record of a build that made an initrd of this content; of the initrd besides what `more` says. */
export function builtRecord(initrd: string, more: Partial<BuiltRecord['initrd']> = {}): BuiltRecord {
  const sha256 = createHash('sha256').update(initrd).digest('hex');
  return {
    finished: '2024-01-01T00:00:00Z',
    host: { name: 'h', arch: 'x86_64', os: 'o' },
    kernelVersion: '1.2',
    ...{ packages: [], repositories: [], files: [], tools: {}, warnings: [], times: {} },
    initrd: { size: initrd.length, sha256, compressor: 'gzip', modules: [], ...more },
  };
}
