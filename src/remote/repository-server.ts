import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface RepositoryServer {
  /** Bytes sent so far. */
  readonly sent: () => number;
  close(): Promise<void>;
}

/**
 * Serves folders for reading on a socket in the file system: `/<name>/<path>` is a file below the folder of
 * that name. Only regular files, whole; nothing that a link leads to outside of its folder.
 */
export async function serveRepositories(
  folders: ReadonlyMap<string, string>,
  socket: string,
): Promise<RepositoryServer> {
  let sent = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end();
    const path = await fileOf(folders, request.url ?? '');
    const handle = path === undefined ? undefined : await openFile(path);
    if (handle === undefined) return void response.writeHead(404).end();
    try {
      const found = await handle.stat();
      if (!found.isFile()) return void response.writeHead(404).end();
      response.writeHead(200, {
        'content-length': found.size,
        'last-modified': found.mtime.toUTCString(),
        'content-type': 'application/octet-stream',
      });
      if (request.method === 'HEAD' || found.size === 0) return void response.end();
      const content = handle.createReadStream({
        autoClose: false,
        end: found.size - 1,
        highWaterMark: 1 << 20,
      });
      content.on('data', (chunk) => (sent += chunk.length));
      await pipeline(content, response);
    } finally {
      await handle.close();
    }
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    sent: () => sent,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** The real path of what an address names; undefined for all that is not below its folder. */
async function fileOf(folders: ReadonlyMap<string, string>, url: string): Promise<string | undefined> {
  const [, name = '', ...parts] = (url.split('?')[0] ?? '').split('/').map(decoded);
  const folder = folders.get(name);
  if (folder === undefined || parts.some((part) => part === '..' || /[/\0]/.test(part))) return undefined;
  try {
    const top = await realpath(folder);
    const path = await realpath(join(top, ...parts));
    return path.startsWith(`${top}${sep}`) ? path : undefined;
  } catch {
    return undefined;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '..';
  }
}

async function openFile(path: string) {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  return open(path, flags).catch(() => undefined);
}
