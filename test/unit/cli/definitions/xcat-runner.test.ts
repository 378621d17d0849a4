import { describe, expect, it } from 'vitest';
import { xcatRunner } from '../../../../src/cli/definitions/xcat-runner.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const ask = (env = {}) => xcatRunner(folder.path, env)('lsdef', ['-t', 'osimage']);

describe('xcatRunner', () => {
  it("runs xCAT's own command with its variables alone, and gives its exit status", async () => {
    await folder.file('bin/lsdef', '#!/bin/sh\necho "$@ $XCATHOST $XCATROOT $SECRET"\nexit 3\n', 0o755);
    const { stdout, exitCode } = await ask({ XCATHOST: 'mn:3001', SECRET: 'no', XCATROOT: '/other' });
    expect([stdout.trim(), exitCode]).toEqual([`-t osimage mn:3001 ${folder.path}`, 3]);
  });

  it('says that there is no xCAT, with both ways out', async () => {
    await expect(ask()).rejects.toMatchObject({
      code: 'xcat-missing',
      hint: expect.stringContaining('store: files'),
    });
  });

  it.each(['exec node dist/main.mjs lsdef', 'exec /opt/share/rootimg/bin/rootimg lsdef'])(
    'never runs our own command: %s',
    async (line) => {
      await folder.file('bin/lsdef', `#!/bin/sh\n${line}\n`, 0o755);
      await expect(ask()).rejects.toMatchObject({ code: 'xcat-is-ours' });
    },
  );
});
