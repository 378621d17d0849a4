import { expect, test } from 'vitest';
import { formatOf } from '../../../../src/pack/formats/formats.ts';
import { checkHost, toolsFor } from '../../../../src/pack/steps/tools.ts';

test('only the tools of the chosen method are asked for', () => {
  const names = (method: 'cpio' | 'squashfs') => toolsFor(formatOf(method), 'xz').map((tool) => tool.command);
  expect(names('cpio')).toContain('xz');
  expect(names('cpio')).not.toContain('mksquashfs');
  expect(names('squashfs')).toContain('mksquashfs');
  expect(names('squashfs')).not.toContain('xz');
});

test('what the host lacks is named all at once, with the package that brings it', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  const cpio = formatOf('cpio');
  const problems = await checkHost(cpio, 'gzip', 1000).finally(() => {
    process.env['PATH'] = path;
  });
  expect(problems[0]?.code).toBe('not-root');
  expect(await checkHost(cpio, 'gzip', 0)).toEqual([]);
});
