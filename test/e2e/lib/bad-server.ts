import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** Answers the request with number `count` (from 1) for the path of this server. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface BadServer {
  readonly origin: string;
  /** Of each request: method, path and Range. */
  readonly requests: string[];
  /** Bytes that it has sent, with the headers. */
  sent(): number;
  /** Takes no further connections; those that stand go on. */
  refuse(): void;
  close(): void;
}

/**
 * A real HTTP server that behaves as it is told, or with `tls` a real HTTPS server. `port` 0 takes a free
 * one.
 */
export async function badServer(
  behave: Behaviour,
  port = 0,
  tls?: { readonly key: string; readonly cert: string },
): Promise<BadServer> {
  const requests: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const range = request.headers.range;
    requests.push(`${request.method} ${request.url}${range === undefined ? '' : ` ${range}`}`);
    behave(request, response, requests.length);
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http${tls === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    refuse: () => void server.close(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Sends the bytes as a good server does, in ranges when it is asked to and the tag still fits. */
export function good(bytes: Buffer, tag = '"1"'): Behaviour {
  return (request, response) => {
    const condition = request.headers['if-range'];
    const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const first = match !== null && (condition === undefined || condition === tag) ? Number(match[1]) : 0;
    const partial = first > 0;
    response.writeHead(partial ? 206 : 200, {
      etag: tag,
      'content-length': bytes.length - first,
      ...(partial ? { 'content-range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    response.end(bytes.subarray(first));
  };
}

/** Says that all comes, sends half of it, and then hangs up or stays silent. */
export function half(bytes: Buffer, then: 'close' | 'stall'): Behaviour {
  return (_, response) => {
    response.writeHead(200, { etag: '"1"', 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => {
      if (then === 'close') setTimeout(() => response.destroy(), 200);
    });
  };
}
