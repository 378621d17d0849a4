import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Asker, openHost, openNode } from '../../../src/remote/open-node.ts';
import { connect } from '../../../src/remote/ssh.ts';
import { run } from '../../../src/system/exec.ts';
import { withScope } from '../../../src/system/scope.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
const path = process.env['PATH'];
afterEach(() => void (process.env['PATH'] = path));

/**
 * Stands for ssh: what sshd does with a command is done here, by a shell that is given its words joined. `-O
 * forward` gives the ports that are free. Each call is written down.
 */
const sshScript = `#!/bin/sh
printf '%s\\n' "$*" >>"$0.calls"
case " $* " in
  *" -O exit "*) exit 0 ;;
  *" -O forward "*)
    port=\${*#*127.0.0.1:}
    port=\${port%%:*}
    [ "$port" != 0 ] || { [ ! -e "$0.deny" ] && echo 40123; exit; }
    grep -qx "$port" "$0.free" 2>/dev/null; exit ;;
  *" ControlMaster=yes "*) [ ! -e "$0.refuses" ] || { cat "$0.refuses" >&2; exit "$(cat "$0.status")"; } ;;
esac
while [ "$1" != -- ]; do shift; done
shift 2
PATH=$(dirname "$0")/there:$PATH exec sh -c "$*"
`;

beforeEach(async () => {
  await folder.file('bin/ssh', sshScript, 0o755);
  await mkdir(at('session'));
  process.env['PATH'] = `${at('bin')}${delimiter}${path}`;
});

const calls = async () => (await run(['cat', at('bin/ssh.calls')])).stdout.trimEnd().split('\n');
const open = (host = 'n1') => connect({ host }, at('session'), {});

/** ssh fails so. */
async function refuses(text: string, status = 255): Promise<void> {
  await folder.file('bin/ssh.refuses', text);
  await folder.file('bin/ssh.status', String(status));
}

describe('a connection', () => {
  test('carries the words of a command to the shell there, whatever is in them', async () => {
    const { start, close } = await open();
    const saidBy = async (words: readonly string[]) => {
      const running = start(['printf', '%s\\0', ...words]);
      running.stdin.end();
      let said = '';
      for await (const chunk of running.stdout) said += String(chunk);
      expect((await running.ended).exitCode).toBe(0);
      return said.split('\0').slice(0, -1);
    };
    const word = fc.string({
      unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', '\n', ';', '*', '-', 'é'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), async (words) => {
        expect(await saidBy(words)).toEqual(words);
      }),
      { numRuns: 20 },
    );
    await close();
    expect((await calls()).at(-1)).toMatch(/-O exit -- n1$/);
  });

  test('takes the first port that is free, else the one that it is given', async () => {
    await folder.file('bin/ssh.free', '602\n');
    const { forward } = await open();
    expect(await forward('/s', [601, 602, 603])).toBe(602);
    expect(await forward('/s', [601])).toBe(40123);
    await folder.file('bin/ssh.deny');
    await expect(forward('/s', [601])).rejects.toMatchObject({ code: 'ssh-forward' });
  });

  test('asks nobody once it stands, and has the options of the host', async () => {
    const target = { host: 'root@n1', options: ['Port=2222'], unattended: true };
    const { argv } = await connect(target, at('session'), {});
    const [first = ''] = await calls();
    expect(first).toMatch(/-o Port=2222 .*-o BatchMode=yes -o ConnectTimeout=10 -- root@n1 true$/);
    expect(argv(['true'])).toEqual(
      expect.arrayContaining(['BatchMode=yes', 'ControlMaster=no', 'Port=2222']),
    );
  });
});

test.each(['', '-oProxyCommand=touch evil', 'a b', 'n1\n', 'a\tb', 'n\u0000'])(
  '%j is not the name of a host, and ssh is not started',
  async (host) => {
    await expect(open(host)).rejects.toMatchObject({ code: 'host-name' });
    await expect(calls()).rejects.toThrow();
  },
);

// OpenSSH 9.2.
test.each([
  ['ssh: Could not resolve hostname n1: Name or service not known', /add it to \/etc\/hosts/],
  ['root@n1: Permission denied (publickey,password).', /ssh-copy-id n1$/],
  ['Host key verification failed.', /^Look at its key once: ssh n1$/],
  [
    'Host key for n1 has changed and you have requested strict checking.\nHost key verification failed.',
    /ssh-keygen -R n1$/,
  ],
  ['ssh: connect to host n1 port 22: Connection refused', /^What works by hand works here: ssh n1$/],
])('%s', async (said, hint) => {
  await refuses(`${said}\n`);
  await expect(open()).rejects.toMatchObject({
    ...{ code: 'ssh-failed', details: said.split('\n') },
    hint: expect.stringMatching(hint),
  });
});

test('a host that lets us in and runs nothing is told so', async () => {
  await refuses('This account is currently not available.\n', 1);
  await expect(open()).rejects.toMatchObject({ message: 'n1 lets us in, but runs no command.' });
});

describe('the rights of root', () => {
  const asker = (password?: string): Asker & { readonly asked: string[] } => {
    const asked: string[] = [];
    const askPassword = async (question: string) => {
      asked.push(question);
      return password;
    };
    return { env: {}, askPassword, asked };
  };
  const rights = (by: Asker) =>
    withScope(async (scope) => (await openHost(scope, { host: 'n1' }, by)).rights);

  /** The host lets its user `anna` become root by sudo(8) so. */
  async function sudo(script: string): Promise<void> {
    await folder.file('bin/there/id', '#!/bin/sh\n[ "$1" = -u ] && echo 1000 || echo anna\n', 0o755);
    await folder.file('bin/there/sudo', `#!/bin/sh\n${script}\n`, 0o755);
  }
  const wantsPassword = 'case $1 in -kn) exit 1;; esac; read -r word; [ "$word" = right ]';

  test('are there where sudo asks nothing', async () => {
    await sudo('exit 0');
    const by = asker();
    expect(await rights(by)).toEqual({ by: 'sudo' });
    expect(by.asked).toEqual([]);
  });

  test('are asked for once where sudo wants a password', async () => {
    await sudo(wantsPassword);
    const by = asker('right');
    expect(await rights(by)).toEqual({ by: 'password', password: 'right' });
    expect(by.asked).toEqual(['Password of anna for sudo on n1: ']);
    expect((await calls()).join()).not.toContain('right');
    await expect(rights(asker('wrong'))).rejects.toMatchObject({ code: 'sudo-refused' });
    await expect(rights(asker())).rejects.toMatchObject({
      ...{ code: 'sudo-password', hint: expect.stringContaining('--on root@n1') },
    });
  });

  test('and all else that a node lacks is told at once, and the connection ends', async () => {
    const tool = { command: 'nosuch-tool', from: 'nosuch', why: 'installs packages' };
    const wanted = { arch: 's390x', tools: [[tool]] };
    const work = withScope((scope) => openNode(scope, { host: 'n1' }, asker(), wanted));
    await expect(work).rejects.toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ code: 'wrong-architecture' }),
        expect.objectContaining({ code: 'tool-missing', message: expect.stringContaining('nosuch-tool') }),
      ]),
    });
    expect((await calls()).at(-1)).toMatch(/-O exit/);
  });
});
