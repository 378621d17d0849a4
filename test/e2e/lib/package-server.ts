import { createReadStream, existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { run } from '../../../src/system/exec.ts';

/** A real web server over a folder. */
export interface PackageServer {
  readonly address: string;
  /** Paths asked for. */
  readonly asked: string[];
  /** Answers that a path gets instead of its file: 404, or the first half of it and then the end. */
  readonly faults: Map<string, 'missing' | 'truncated'>;
  /** `user:password` that every question must come with, where there is one. */
  readonly access: { user?: string | undefined };
  close(): void;
}

/** Serves `folder` over HTTP, or over HTTPS with the certificate of makeAuthority. */
export async function servePackages(folder: string, authority?: Authority): Promise<PackageServer> {
  const asked: string[] = [];
  const faults: PackageServer['faults'] = new Map();
  const access: PackageServer['access'] = {};
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    // A proxy is asked for whole addresses.
    const path = decodeURIComponent((request.url ?? '').replace(/^http:\/\/[^/]*/, ''));
    asked.push(path);
    const { user } = access;
    const wanted = user && `Basic ${Buffer.from(user).toString('base64')}`;
    if (wanted && request.headers.authorization !== wanted) return void response.writeHead(401).end();
    const fault = [...faults].find(([name]) => path.includes(name))?.[1];
    const file = join(folder, path);
    if (fault === 'missing' || !existsSync(file)) return void response.writeHead(404).end();
    const { size } = statSync(file);
    response.setHeader('content-length', size);
    if (request.method === 'HEAD') return void response.end();
    if (fault !== 'truncated') return void createReadStream(file).pipe(response);
    createReadStream(file, { end: Math.floor(size / 2) })
      .on('end', () => response.destroy())
      .pipe(response, { end: false });
  };
  const server =
    authority === undefined
      ? createServer(answer)
      : createTlsServer(
          { key: await readFile(authority.key), cert: await readFile(authority.certificate) },
          answer,
        );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = `${authority === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return { address, asked, faults, access, close: () => void server.close() };
}

export interface Authority {
  /** What clients must trust. */
  readonly ca: string;
  readonly key: string;
  readonly certificate: string;
}

/** A private CA and a server certificate of it for 127.0.0.1. */
export async function makeAuthority(folder: string): Promise<Authority> {
  const at = (name: string) => join(folder, name);
  const request = ['openssl', 'req', '-newkey', 'rsa:2048', '-nodes'];
  const ca = ['-x509', '-days', '2', '-subj', '/CN=site CA', '-keyout', at('ca.key'), '-out', at('ca.pem')];
  await run([...request, ...ca]);
  await run([
    ...[
      ...request,
      '-x509',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
      '-CA',
      at('ca.pem'),
      '-CAkey',
      at('ca.key'),
    ],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-keyout', at('server.key'), '-out', at('server.pem')],
  ]);
  return { ca: at('ca.pem'), key: at('server.key'), certificate: at('server.pem') };
}
