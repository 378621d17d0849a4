import { execFile } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shells, FakeNode } from './fake-node.ts';

const execute = promisify(execFile);

let node: FakeNode;
let server: Server;
let heard: string[];

/** A management node that answers with these words. */
async function manager(greeting: string, farewell: string): Promise<string> {
  heard = [];
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(greeting);
    socket.once('data', (data) => {
      heard.push(data.toString());
      socket.end(farewell);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}

beforeEach(() => {
  node = new FakeNode();
});
afterEach(() => {
  node.remove();
  server?.close();
});

describe.each(shells)('the status report under %s', (shell) => {
  const report = (...parameters: string[]) => {
    node.kernelLine(parameters);
    const script = ['dracut-lib', 'rootimg/lib', 'rootimg/status'].map(
      (part) => `. "$rootimg_fs/lib/${part}.sh"\n`,
    );
    return execute(shell, ['-c', `${script.join('')}rootimg_status`], {
      env: {
        PATH: process.env['PATH'],
        rootimg_fs: node.root,
        rootimg_lib: join(node.root, 'lib/rootimg'),
      },
    });
  };

  it('waits for ready, says netbooting, waits for done, and does it once', async () => {
    const port = await manager('ready\n', 'done\n');
    await report('XCAT=127.0.0.1:3001', `XCATIPORT=${port}`);
    await report('XCAT=127.0.0.1:3001', `XCATIPORT=${port}`);
    expect(heard).toEqual(['installstatus netbooting\n']);
    expect(node.log).toBe('');
  });

  it('says nothing with nonodestatus, or without a management node', async () => {
    const port = await manager('ready\n', 'done\n');
    await report('nonodestatus', 'XCAT=127.0.0.1:3001', `XCATIPORT=${port}`);
    await report(`XCATIPORT=${port}`);
    expect(heard).toEqual([]);
    expect(node.log).toBe('');
  });

  it('goes on without a server that is not there or does not understand', async () => {
    const port = await manager('busy\n', '');
    await report('XCAT=127.0.0.1:3001', `XCATIPORT=${port}`);
    expect(heard).toEqual([]);
    expect(node.log).toBe(
      `<27>rootimg: warning: 127.0.0.1:${port} took no status report; going on without\n`,
    );
  });
});
