import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RootimgError } from '../../../../../src/base/errors.ts';
import { runView, type ViewJob } from '../../../../../src/pack/formats/view/run-view.ts';
import { useFolder } from '../../../../lib/folder.ts';

const folder = useFolder();

/** Runs a script in place of a view; its parameters are the empty folder and the file. */
function viewOf(script: string, more: Partial<ViewJob> = {}): Promise<string> {
  const file = join(folder.path, 'out');
  return runView({
    ...{ rootimgdir: folder.path, file, epoch: 12, argv: ['mkthing', 'image'] },
    judge: () => Promise.resolve(),
    viewArgv: (work) => ['sh', '-c', script, 'sh', work, file],
    produce: (out) => {
      out.addText('archive');
      return Promise.resolve();
    },
    failed: (details) => new RootimgError('view-failed', 'No view.', { details }),
    ...more,
  });
}

describe('runView', () => {
  it('hands the archive and SOURCE_DATE_EPOCH over, and gives what was said', async () => {
    const script = '[ -d "$1" ] && { cat; echo " $SOURCE_DATE_EPOCH"; } >"$2"; echo said >&2';
    expect(await viewOf(script)).toBe('said\n');
    expect(readFileSync(join(folder.path, 'out'), 'utf8')).toBe('archive 12\n');
    expect(readdirSync(folder.path)).toEqual(['out']);
  });

  it.each([
    ['cat >/dev/null; echo why >&2; exit 125', 'No view.'],
    ['cat >/dev/null; exit 124', 'changed while the image was being packed'],
    ['cat >/dev/null; exit 1', 'mkthing ended with exit status 1'],
  ])('tells how %s failed, and leaves no folder', async (script, message) => {
    await expect(viewOf(script)).rejects.toThrow(message);
    expect(readdirSync(folder.path)).toEqual(['out']);
  });

  it('ends a command that something keeps from ending, and names it', async () => {
    const stalls = () => Promise.resolve('/tree/pipe');
    await expect(viewOf('cat >/dev/null; sleep 100', { stalls })).rejects.toThrow('/tree/pipe changed');
    expect(existsSync(join(folder.path, 'out'))).toBe(true);
  });
});
