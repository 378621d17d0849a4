import { execFileSync } from 'node:child_process';
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signedListText } from '../../src/plan/signed-list.ts';
import { type BadServer, badServer, type Behaviour, good, half } from '../e2e/lib/bad-server.ts';
import { smallRoot } from '../e2e/lib/initrd-room.ts';
import { bootNode, nodeKernel, type NodeRun } from './lib/node.ts';

const site = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const file = 'rootimg.cpio.gz';
const path = `/x/${file}`;
/** Slower than this for two seconds is too slow, so that the test is quick. */
const impatient = 'imgslow=10/2';

let folder: string;
let right: Buffer;
let evil: Buffer;
let tls: { key: string; cert: string };
const servers: BadServer[] = [];

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rootimg-trust-'));
  const root = (name: string, payload: string) => {
    execFileSync('mkdir', [join(folder, name)]);
    return smallRoot(join(folder, name), Buffer.from(payload), nodeKernel);
  };
  right = root('right', 'right');
  evil = root('evil', 'evil');
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-new',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'tls.key',
        '-out',
        'tls.pem',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  tls = {
    key: readFileSync(join(folder, 'tls.key'), 'utf8'),
    cert: readFileSync(join(folder, 'tls.pem'), 'utf8'),
  };
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, Buffer | Behaviour>>;

/** A server with these files and no others. */
async function serve(files: Files, secure = false): Promise<string> {
  const behave: Behaviour = (request, response, count) => {
    const found = files[request.url ?? ''];
    if (found === undefined) return void response.writeHead(404).end('no such file');
    return (Buffer.isBuffer(found) ? good(found) : found)(request, response, count);
  };
  const server = await badServer(behave, 0, secure ? tls : undefined);
  servers.push(server);
  return server.origin;
}

/** What a site signs. */
function signed(
  bytes: Buffer,
  {
    image = 'img',
    generation = 7,
    key = site.privateKey,
    name = '/x/rootimg.sums',
    text = (list: string) => list,
  } = {},
): Files {
  const list = text(
    signedListText(image, {
      ...{ file, sha256: sha256(bytes), size: bytes.length, finished: '2024-01-01T00:00:00Z', generation },
    }),
  );
  return { [name]: Buffer.from(list), [`${name}.sig`]: createSign('sha256').update(list).sign(key) };
}

const redirect =
  (location: string): Behaviour =>
  (_, response) =>
    void response.writeHead(302, { location }).end();
const endless =
  (first: Buffer = Buffer.alloc(0)): Behaviour =>
  (_, response) => {
    response.writeHead(200);
    response.write(first);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
const vast: Behaviour = (_, response) =>
  void response.writeHead(200, { 'content-length': '9'.repeat(15) }).write('x');
/** One kB a second. */
const trickle: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-length': right.length });
  const timer = setInterval(() => response.write('x'.repeat(100)), 100);
  response.on('close', () => clearInterval(timer));
};

/** Mirrors of which the node asks the first one here first: its random number is known. */
const mirrors = (bad: string, other: string) => `imgurl=${other}${path},${bad}${path}`;

interface Attack {
  readonly name: string;
  /** Starts servers and gives the kernel line. */
  readonly line: () => Promise<string>;
  /** What the node must say; with `up` beside what must come up. */
  readonly says?: RegExp;
  readonly up?: 'right' | 'evil';
}

function expectOutcome(run: NodeRun, { says, up }: Attack): void {
  expect(run.up, run.said).toBe(up);
  if (says !== undefined) expect(run.said).toMatch(says);
}

describe('a signed node', () => {
  const attacks: Attack[] = [
    {
      name: 'a kernel line with the digest of an evil image and no imgsums=',
      line: async () => `imgurl=${await serve({ [path]: evil })}${path} imgsha256=${sha256(evil)}`,
      says: /rootimg\.sums: .*404/,
    },
    {
      name: 'an evil image, and a line as xCAT writes it',
      line: async () => `imgurl=${await serve({ [path]: evil, ...signed(right) })}${path}`,
      says: /sends more than|sha256 is/,
    },
    {
      name: 'the digest of an evil image on the line beside the right list',
      line: async () =>
        `imgurl=${await serve({ [path]: evil, ...signed(right) })}${path} imgsha256=${sha256(evil)}`,
      says: /imgsha256= says .*, but .* says/,
    },
    {
      name: 'a list that a stranger signed, on a server of his own',
      line: async () => {
        const own = await serve(signed(evil, { key: stranger.privateKey, name: '/l' }));
        return `imgurl=${await serve({ [path]: evil })}${path} imgsums=${own}/l`;
      },
      says: /is not signed by the key in this initrd/,
    },
    {
      name: 'the signed image of another osimage',
      line: async () => `imgurl=${await serve({ [path]: evil, ...signed(evil, { image: 'other' }) })}${path}`,
      says: /was signed for the image other, but this initrd is that of img/,
    },
    {
      name: 'an older signed image of this osimage, with imgmin=',
      line: async () =>
        `imgurl=${await serve({ [path]: evil, ...signed(evil, { generation: 6 }) })}${path} imgmin=7`,
      says: /is that of generation 6, but imgmin= asks for 7/,
    },
    {
      name: 'a list that was changed after it was signed',
      line: async () => {
        const files = { ...signed(right), '/x/rootimg.sums': signed(evil)['/x/rootimg.sums']! };
        return `imgurl=${await serve({ [path]: evil, ...files })}${path}`;
      },
      says: /is not signed by the key/,
    },
    {
      name: 'a list of the old form, which is good for every image',
      line: async () => {
        const old = signed(evil, { text: (list) => list.replaceAll(/^#.*\n/gm, '') });
        return `imgurl=${await serve({ [path]: evil, ...old })}${path}`;
      },
      says: /was signed in the old form.*rootimg sign img/,
    },
    {
      name: 'a kernel that the same key has signed, in the place of the list',
      line: async () => {
        const kernel = `MZ\0\n${sha256(evil)}  ${file}\n`;
        return `imgurl=${await serve({ [path]: evil, ...signed(evil, { text: () => kernel }) })}${path}`;
      },
      says: /was signed in the old form/,
    },
    {
      name: 'a list in a file of the node',
      line: async () => `imgurl=${await serve({ [path]: evil })}${path} imgsums=file://${folder}/l`,
      says: /[Pp]rotocol/,
    },
    {
      name: 'another root, and no imgurl=',
      line: async () => 'root=nfs:10.0.0.1:/evil netroot=nfs:10.0.0.1:/evil',
      says: /imgurl= is missing: this initrd boots signed images only/,
    },
    {
      name: 'https that leads to http',
      line: async () => {
        const plain = await serve({ [path]: evil, ...signed(right) });
        const away = redirect(`${plain}${path}`);
        return `imgurl=${await serve({ [path]: away, ...signed(right) }, true)}${path}`;
      },
      says: /a redirect must lead to a web server, and stay on https/,
    },
    {
      name: 'an endless list',
      line: async () =>
        mirrors(
          await serve({ '/x/rootimg.sums': endless(), [path]: evil }),
          await serve({ [path]: right, ...signed(right) }),
        ),
      says: /rootimg\.sums: more than 65536 bytes/,
      up: 'right',
    },
    {
      name: 'an endless image',
      line: async () =>
        mirrors(
          await serve({ [path]: endless(right), ...signed(right) }),
          await serve({ [path]: right, ...signed(right) }),
        ),
      says: /sends more than the \d+ bytes that .*rootimg\.sums says/,
      up: 'right',
    },
    {
      name: 'a Content-Length that no node can hold',
      line: async () =>
        mirrors(
          await serve({ [path]: vast, ...signed(right) }),
          await serve({ [path]: right, ...signed(right) }),
        ),
      says: /sends more than/,
      up: 'right',
    },
    {
      name: 'a kilobyte a second',
      line: async () =>
        `${mirrors(
          await serve({ [path]: trickle, ...signed(right) }),
          await serve({ [path]: right, ...signed(right) }),
        )} ${impatient}`,
      says: /too slow|timed out/,
      up: 'right',
    },
    {
      name: 'a mirror that spoils every image that another one would complete',
      line: async () =>
        mirrors(
          await serve({ [path]: half(Buffer.alloc(right.length), 'close'), ...signed(right) }),
          await serve({ [path]: right, ...signed(right) }),
        ),
      says: /sha256 is/,
      up: 'right',
    },
  ];
  it('stands at least twelve attacks', () => expect(attacks.length).toBeGreaterThanOrEqual(12));
  it.each(attacks)('$name', async (attack) => {
    const ca = join(folder, 'tls.pem');
    expectOutcome(await bootNode(await attack.line(), { key: site.publicKey, image: 'img', ca }), attack);
  });
  it('comes up where nobody attacks, on the very line that xCAT writes', async () => {
    const line = `imgurl=${await serve({ [path]: right, ...signed(right) })}${path}`;
    expect(await bootNode(line, { key: site.publicKey, image: 'img' })).toMatchObject({ up: 'right' });
  });
});

describe('an unsigned node', () => {
  const pinned = () => `imgsha256=${sha256(right)}`;
  const attacks: (Attack & { readonly told?: RegExp })[] = [
    {
      name: 'an evil image, with the right digest on the line',
      line: async () => `imgurl=${await serve({ [path]: evil })}${path} ${pinned()}`,
      says: /sha256 is .* but imgsha256= says/,
    },
    {
      name: 'half an image, with the right digest on the line',
      line: async () => `imgurl=${await serve({ [path]: right.subarray(0, 9000) })}${path} ${pinned()}`,
      says: /sha256 is/,
    },
    {
      name: 'half a digest on the line',
      line: async () => `imgurl=${await serve({ [path]: evil })}${path} imgsha256=${sha256(evil).slice(1)}`,
      says: /expected 64 hexadecimal digits/,
    },
    {
      name: 'a list that cannot be checked',
      line: async () =>
        `imgurl=${await serve({ [path]: evil, ...signed(evil) })}${path} imgsums=rootimg.sums`,
      says: /this initrd has no public key to check it with/,
    },
    {
      name: 'https that leads to http',
      line: async () => {
        const plain = await serve({ [path]: evil });
        return `imgurl=${await serve({ [path]: redirect(`${plain}${path}`) }, true)}${path}`;
      },
      says: /[Pp]rotocol/,
    },
    {
      name: 'https with a certificate of nobody',
      line: async () =>
        `imgurl=${(await serve({ [path]: evil }, true)).replace('127.0.0.1', 'localhost')}${path}`,
      says: /SSL|certificate/,
    },
    {
      name: 'a redirect to a file of the node',
      line: async () => `imgurl=${await serve({ [path]: redirect('file:///etc/passwd') })}${path}`,
      says: /[Pp]rotocol/,
    },
    {
      name: 'redirects in a circle',
      line: async () => mirrors(await serve({ [path]: redirect(path) }), await serve({ [path]: right })),
      says: /redirects/,
      up: 'right',
    },
    {
      name: 'an endless image',
      line: async () =>
        `${mirrors(await serve({ [path]: endless() }), await serve({ [path]: right }))} ${pinned()}`,
      says: /larger than this node's memory/,
      up: 'right',
    },
    {
      name: 'an endless image that is unpacked while it comes',
      line: async () => mirrors(await serve({ [path]: endless(right) }), await serve({ [path]: right })),
      says: /next try/,
      up: 'right',
    },
    {
      name: 'a Content-Length that no node can hold',
      line: async () =>
        `${mirrors(await serve({ [path]: vast }), await serve({ [path]: right }))} ${pinned()}`,
      says: /larger than this node's memory/,
      up: 'right',
    },
    {
      name: 'a kilobyte a second',
      line: async () =>
        `${mirrors(await serve({ [path]: trickle }), await serve({ [path]: right }))} ${pinned()} ${impatient}`,
      says: /too slow|timed out/,
      up: 'right',
    },
    {
      name: 'a root that is no root',
      line: async () => {
        const empty = smallRoot(mkdtempSync(join(folder, 'empty-')), Buffer.from('x'), '5.14.0');
        return mirrors(await serve({ [path]: empty }), await serve({ [path]: right }));
      },
      says: /packed with another kernel than this one/,
      up: 'right',
    },
    {
      name: 'an evil image and no digest: nothing prevents it',
      line: async () => `imgurl=${await serve({ [path]: evil })}${path}`,
      up: 'evil',
      told: /^\| the packed root is exchanged[^|]*\| \*\*no\*\* \|/m,
    },
    {
      name: 'an evil kernel line: nothing prevents it',
      line: async () => `imgurl=${await serve({ [path]: evil })}${path} imgsha256=${sha256(evil)}`,
      up: 'evil',
      told: /^\| the kernel line is exchanged[^|]*\| \*\*no\*\* \| \*\*no\*\* \|/m,
    },
  ];
  const booting = readFileSync(join(import.meta.dirname, '../../docs/booting.md'), 'utf8');
  it('stands at least twelve attacks', () => {
    expect(attacks.filter(({ up }) => up !== 'evil').length).toBeGreaterThanOrEqual(12);
  });
  it.each(attacks)('$name', async (attack) => {
    expectOutcome(await bootNode(await attack.line(), { ca: join(folder, 'tls.pem') }), attack);
    if (attack.told !== undefined) expect(booting).toMatch(attack.told);
  });
});
