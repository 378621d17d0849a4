import * as http from 'node:http';
import { isIP, type Socket } from 'node:net';
import { proxyFor } from './proxy.ts';

export interface AskOptions {
  readonly method: 'HEAD' | 'GET';
  /** What a program that we start would see: names its proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for all of it. */
  readonly patience: number;
  /** Text of the CA to trust, and no other. */
  readonly ca?: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** Empty for HEAD, and for an answer that is not 2xx. */
  readonly body: Buffer;
}

/** What speaks in secret is loaded where it is spoken to. */
const clientFor = async ({ protocol }: URL) => (protocol === 'https:' ? import('node:https') : http);

/** A proxy that only the package manager can talk to, such as socks5. */
export class UnknownProxy extends Error {}

const mostRedirects = 5;

/** Of an answer: what is asked for is a list of digests. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Asks an http or https address as curl would: user and password of the address as basic authentication,
 * through the proxy of the environment, redirects followed. Rejects where no answer came; UnknownProxy where
 * the question must be left to another.
 */
export async function ask(address: string, options: AskOptions): Promise<Answer> {
  const signal = AbortSignal.timeout(options.patience);
  try {
    return await follow(new URL(address), options, signal);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

async function follow(first: URL, options: AskOptions, signal: AbortSignal): Promise<Answer> {
  let url = first;
  for (let redirects = 0; ; redirects += 1) {
    const { response, socket } = await askOnce(url, options, signal);
    try {
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (status < 300 || status > 399 || location === undefined || redirects === mostRedirects) {
        const wanted = options.method === 'GET' && status < 300;
        return { status, body: wanted ? await bodyOf(response) : Buffer.alloc(0) };
      }
      url = redirected(url, location);
    } finally {
      response.destroy();
      socket?.destroy();
    }
  }
}

/** Who asks stays the same on the same host alone. */
function redirected(from: URL, location: string): URL {
  const to = new URL(location, from);
  if (to.host === from.host && to.protocol === from.protocol && to.username === '') {
    [to.username, to.password] = [from.username, from.password];
  }
  return to;
}

interface Asked {
  readonly response: http.IncomingMessage;
  /** The way through a proxy, which is ours to close. */
  readonly socket?: Socket;
}

async function askOnce(url: URL, options: AskOptions, signal: AbortSignal): Promise<Asked> {
  const proxy = proxyAddress(proxyFor(url, options.environment));
  const { method, ca } = options;
  const headers = { host: url.host, ...authorization('authorization', url) };
  const path = `${url.pathname}${url.search}`;
  const trust = ca === undefined ? {} : { ca };
  const target = { host: hostOf(url), port: url.port === '' ? undefined : Number(url.port) };
  if (proxy === undefined) {
    const client = await clientFor(url);
    return {
      response: await send(
        client.request({ ...target, method, path, headers, ...trust, agent: false, signal }),
      ),
    };
  }
  const through = { host: hostOf(proxy.url), port: proxy.port, agent: false as const, signal };
  const proxyClient = await clientFor(proxy.url);
  const toProxy = authorization('proxy-authorization', proxy.url);
  if (url.protocol !== 'https:') {
    const whole = `http://${url.host}${path}`;
    const request = { ...through, method, path: whole, headers: { ...headers, ...toProxy } };
    return { response: await reached(proxy.url, send(proxyClient.request(request))) };
  }
  const place = `${url.hostname}:${url.port || '443'}`;
  const connect = { ...through, method: 'CONNECT', path: place, headers: { host: place, ...toProxy } };
  // Before there is a socket, whose failure nobody would hear meanwhile.
  const tls = await import('node:tls');
  const socket = await reached(proxy.url, tunnel(proxyClient.request(connect)));
  const host = hostOf(url);
  // The certificate is compared with the host; an address is no name that a server is asked for.
  const named = isIP(host) === 0 ? { servername: host } : {};
  const secured = tls.connect({ socket, host, ...named, ...trust });
  const inside = { method, path, headers, signal, createConnection: () => secured };
  return { response: await send(http.request(inside)), socket };
}

/** What keeps us from the proxy is not said of the server behind it. */
async function reached<T>({ host }: URL, answer: Promise<T>): Promise<T> {
  return answer.catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === undefined || cause.name === 'AbortError') throw cause;
    const words = cause.message || cause.code;
    throw Object.assign(new Error(`the proxy ${host} cannot be reached: ${words}`, { cause }), {
      code: cause.code,
    });
  });
}

/** curl takes a proxy without a scheme as http, and one without a port as 1080, or 443 with https. */
function proxyAddress(proxy: string | undefined): { url: URL; port: number } | undefined {
  if (proxy === undefined) return undefined;
  const address = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (!URL.canParse(address) || !/^https?:/i.test(address)) throw new UnknownProxy(address);
  const url = new URL(address);
  const port = /:(\d+)\/?$/.exec(address)?.[1] ?? (url.protocol === 'https:' ? '443' : '1080');
  return { url, port: Number(port) };
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function authorization(name: string, { username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const words = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { [name]: `Basic ${words}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function send(request: http.ClientRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve).on('error', reject).end();
  });
}

function tunnel(request: http.ClientRequest): Promise<Socket> {
  return new Promise((resolve, reject) => {
    request
      .once('connect', (response, socket) => {
        if (response.statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(new Error(`the proxy answers ${response.statusCode}`));
      })
      // A proxy that knows no CONNECT answers as to any other question.
      .once('response', (response) => {
        response.destroy();
        reject(new Error(`the proxy answers ${response.statusCode}`));
      })
      .on('error', reject)
      .end();
  });
}

async function bodyOf(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length;
    if (length > mostBytes) throw new Error(`more than ${mostBytes} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
