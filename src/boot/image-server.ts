import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

export interface ImageServer {
  /** 0 where it listens on a socket in the file system. */
  readonly port: number;
  /** Bytes sent so far, in all transfers together. */
  readonly sent: () => number;
  close(): Promise<void>;
}

/**
 * From the first to the last byte, both counted, of a `Range` header; undefined when the whole file is asked
 * for, null when it is no range of it.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): { first: number; last: number } | undefined | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [, from = '', to = ''] = match;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first > last ? null : { first, last };
}

/**
 * Serves these files over HTTP, whole and in ranges, and nothing else: path of the URL, which begins with
 * `/`, to file. On loopback, or on
 * `socket` in the file system. `onSent` is called as bytes go out.
 */
export async function serveFiles(
  files: ReadonlyMap<string, string>,
  options: { readonly socket?: string | undefined; readonly onSent?: (sent: number) => void } = {},
): Promise<ImageServer> {
  let sent = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const file = files.get(request.url ?? '');
    if (file === undefined) return void response.writeHead(404).end();
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end();
    const { size, mtimeMs } = await stat(file);
    const tag = `"${size}-${mtimeMs}"`;
    const condition = request.headers['if-range'];
    const sameFile = condition === undefined || condition === tag;
    const range = sameFile ? parseRange(request.headers.range, size) : undefined;
    const headers = { 'accept-ranges': 'bytes', etag: tag, 'content-type': 'application/octet-stream' };
    if (range === null) {
      return void response.writeHead(416, { ...headers, 'content-range': `bytes */${size}` }).end();
    }
    const { first, last } = range ?? { first: 0, last: size - 1 };
    response.writeHead(range === undefined ? 200 : 206, {
      ...headers,
      'content-length': last - first + 1,
      ...(range === undefined ? {} : { 'content-range': `bytes ${first}-${last}/${size}` }),
    });
    if (request.method === 'HEAD') return void response.end();
    const content = createReadStream(file, { start: first, end: last, highWaterMark: 1024 * 1024 });
    content.on('data', (chunk) => {
      sent += chunk.length;
      options.onSent?.(sent);
    });
    await pipeline(content, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  await listen(server, options.socket);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    sent: () => sent,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, socket: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    if (socket === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socket, resolve);
  });
}
