import { describe, expect, it } from 'vitest';
import type { PlanFile } from '../../../src/plan/build-plan.ts';
import type { ShownKey } from '../../../src/plan/public-key.ts';
import { fitKeyFiles } from '../../../src/resolve/fit-keys.ts';

const now = Date.parse('2025-06-01T00:00:00Z');
const good: ShownKey = { fingerprint: 'A', userIds: ['Site'], created: '2020-01-01T00:00:00.000Z' };
const expired: ShownKey = { ...good, expires: '2025-01-01T00:00:00.000Z' };
const revoked: ShownKey = { ...good, revoked: '2024-01-01T00:00:00.000Z' };

function file(path: string, ...publicKeys: ShownKey[]): PlanFile {
  return { path, sha256: path, role: 'key', publicKeys };
}

function fit(...files: PlanFile[]) {
  const found = fitKeyFiles(files, ['/host', '/medium'], now);
  return { paths: found.files.map(({ path }) => path), warnings: found.warnings };
}

describe('fitKeyFiles', () => {
  it('takes what counts, and what does not for preflight to refuse', () => {
    expect(fit(file('/a', good), file('/b', expired), file('/c', expired, good))).toEqual({
      ...{ paths: ['/a', '/c'], warnings: [] },
    });
    expect(fit(file('/b', expired)).paths).toEqual(['/b']);
    expect(fit(file('/b', revoked)).paths).toEqual(['/b']);
  });

  it('passes over an old copy of a key that was renewed, not of one that was revoked', () => {
    expect(fit(file('/old', expired), file('/new', good)).paths).toEqual(['/new']);
    expect(fit(file('/old', expired), file('/new', good), file('/revoked', revoked)).paths).toContain('/old');
  });

  it.each(['host', 'medium'])('passes over a file of %s of which nothing counts, with a warning', (where) => {
    const { paths, warnings } = fit(
      file(`/${where}/old`, expired),
      file('/host/good', { ...good, fingerprint: 'B' }),
    );
    expect(paths).toEqual(['/host/good']);
    expect(warnings).toEqual([expect.stringContaining(`/${where}/old is not used: A (Site) has expired`)]);
  });

  it('warns of a file without any key, but not of one that the host has for other purposes', () => {
    expect(fit(file('/a'), file('/host/a'))).toEqual({
      ...{ paths: ['/a', '/host/a'], warnings: ['/a holds no public key of OpenPGP.'] },
    });
  });
});
