import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNode, shells } from './fake-node.ts';

const folder = 'http://10.0.0.1/image/generations/3';
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

let node: FakeNode;
/** What the server gives out, by name. */
let contents: Map<string, string>;
let list: string;

beforeEach(() => {
  node = new FakeNode();
  node.card('eth0');
  node.online('eth0');
  node.tool(
    'mount',
    '[ "$1" != -a ] || sed "s/^/table /" "$3" >> "$NODE/calls"; echo "mount $*${LIBMOUNT_FORCE_MOUNT2:+ in $PWD, LIBMOUNT_FORCE_MOUNT2=$LIBMOUNT_FORCE_MOUNT2}" >> "$NODE/calls"; mkdir -p "$NODE/sysroot/lib/modules/6.1.0" "$NODE/sysroot/sbin"; : > "$NODE/sysroot/sbin/init"',
  );
  for (const name of ['umount', 'modprobe']) node.tool(name, `echo "${name} $*" >> "$NODE/calls"`);
  node.tool('uname', 'echo 6.1.0');
  node.tool(
    'curl',
    `echo "$*" >> "$NODE/curl"
     give() { cat "$NODE/server/\${1##*/}" || { echo 'curl: (22) 404' >&2; return 22; }; }
     while [ $# -gt 1 ]; do
       case $1 in
         --dump-header) printf 'HTTP/1.1 200 OK\\r\\nETag: "v1"\\r\\n' > "$2" ;;
         --output) out=$2 ;;
         http*) give "$1" > "$out" ;;
       esac
       shift
     done
     [ -z "$out" ] || exec > "$out"
     give "$1"`,
  );
  contents = new Map();
  list = '# rootimg layers 1\n';
});
afterEach(() => node.remove());

/** A squashfs by its superblock: its length in bytes 40 to 47. */
const fakeSquashfs = (text: string) =>
  `hsqs${'\0'.repeat(36)}${String.fromCharCode(48)}${'\0'.repeat(7)}${text}`;

function layer(content: string, end = 'sfs'): string {
  const sha256 = digestOf(content);
  const name = `rootimg-${sha256.slice(0, 32)}.${end}`;
  contents.set(name, content);
  list += `${sha256} ${content.length} ${name}\n`;
  return name;
}

describe.each(shells)('an image in layers under %s', (shell) => {
  const attempt = (...parameters: string[]) => {
    contents.set('rootimg.layers', list);
    rmSync(`${node.root}/server`, { recursive: true, force: true });
    for (const [name, content] of contents) node.file(`server/${name}`, content);
    node.file('run/initramfs/rootimg/imgurl', `${folder}/rootimg.layers\n`);
    node.kernelLine([`imgurl=${folder}/rootimg.layers`, ...parameters]);
    return node.run(shell, `${shell} "$rootimg_lib/attempt.sh"`);
  };
  /** Names of the files that each curl is asked for; those that come together in the order of their names. */
  const fetched = () =>
    (node.read('curl') ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => (line.match(/http:\S+/g) ?? []).map((url) => url.split('/').at(-1)).sort());
  const states = (name: string) => node.read(`run/initramfs/rootimg/${name}`);

  it('fetches the list and what it names, and lays each above those before it', () => {
    // No file that is written beside one that comes together with others may be larger than it: the log of this curl neither.
    const [base, one] = [fakeSquashfs('base'.repeat(9999)), fakeSquashfs('one'.repeat(999))];
    const names = [layer(base), layer(one), layer('two', 'erofs')];
    expect(attempt(`imgsha256=${digestOf(list)}`)).toMatchObject({ status: 0, stderr: '' });
    const [list0, ...others] = fetched();
    expect(list0).toEqual(['rootimg.layers']);
    // Which of the two asks first is left to chance.
    expect(others.sort((a, b) => a.length - b.length)).toEqual([[names[0]], names.slice(1).sort()]);
    const calls = node.read('calls') ?? '';
    const run = `${node.root}/run/initramfs/rootimg`;
    for (const [index, name] of names.entries()) {
      const kind = name.endsWith('.sfs') ? 'squashfs' : 'erofs';
      const [from, to] = [`${run}/pack/${name}`, `${run}/lower${index}`];
      const mounted =
        index === 0 ? `mount -t ${kind} -o ro,loop ${from} ${to}` : `table ${from} ${to} ${kind} ro,loop 0 0`;
      expect(calls).toContain(`${mounted}\n`);
    }
    expect(calls).toContain(`mount -t overlay -o lowerdir=lower2:lower1:lower0,upperdir=${run}/upper/data,`);
    expect(calls).toContain(`overlay ${node.root}/sysroot in ${run}, LIBMOUNT_FORCE_MOUNT2=always\n`);
    expect(states('sha256')).toBe(`${digestOf(list)}\n`);
    expect(calls).toContain('modprobe --all loop squashfs overlay');
    expect(calls).not.toContain(`umount ${run}/pack`);
    for (const step of ['downloaded', 'verified', 'root'])
      expect(states('times')).toContain(`${step}=100.25`);
    expect(existsSync(`${run}/ready`)).toBe(true);
  });

  it('uses no layer that the list has another digest for, and fetches that one alone again', () => {
    const [, name] = [layer(fakeSquashfs('base')), layer(fakeSquashfs('one'))];
    const good = contents.get(name) ?? '';
    contents.set(name, good.replace('one', 'bad'));
    const parameters = [`imgsha256=${digestOf(list)}`];
    expect(attempt(...parameters).status).toBe(1);
    expect(node.log).toMatch(`rootimg: error: ${folder}/rootimg.layers: ${name}: sha256 is `);
    expect(node.read('calls')).not.toContain('overlay overlay');
    contents.set(name, good);
    node.file('run/initramfs/rootimg/next', '0\n');
    node.file('curl', '');
    expect(attempt(...parameters).status).toBe(0);
    expect(fetched()).toEqual([['rootimg.layers'], [name]]);
  });

  it('keeps nothing of an earlier try that the list does not name any more', () => {
    const gone = layer(fakeSquashfs('base'));
    layer(fakeSquashfs('one'));
    contents.delete([...contents.keys()][1] ?? '');
    expect(attempt().status).toBe(1);
    const kept = `run/initramfs/rootimg/pack/${gone}`;
    expect(node.read(kept)).toBe(contents.get(gone));
    list = '# rootimg layers 1\n';
    layer(fakeSquashfs('new base'));
    node.file('run/initramfs/rootimg/next', '0\n');
    expect(attempt().status).toBe(0);
    // Nobody vouched for the list: what the node runs is not known.
    expect(states('sha256')).toBe(undefined);
    for (const end of ['', '.verified', '.validator']) expect(node.read(`${kept}${end}`)).toBe(undefined);
  });

  it('takes no list with another digest, and of one that is missing says which', () => {
    const name = layer(fakeSquashfs('base'));
    expect(attempt(`imgsha256=${'0'.repeat(64)}`).status).toBe(1);
    expect(fetched()).toEqual([['rootimg.layers']]);
    contents.delete(name);
    node.file('run/initramfs/rootimg/next', '0\n');
    expect(attempt().status).toBe(1);
    expect(node.log).toMatch(
      `rootimg: warning: ${folder}/rootimg.layers: ${name}: curl: (22) 404; next try in`,
    );
  });

  it.each([
    ['# rootimg layers 2\n', 'has a form that this initrd does not know'],
    ['# rootimg layers 1\n', 'is empty'],
    [`# rootimg layers 1\n${'0'.repeat(64)} 12 ../rootimg-1.sfs\n`, 'which is none'],
    [`# rootimg layers 1\n${'0'.repeat(64)} 012 rootimg-1.sfs\n`, 'which is none'],
    [`# rootimg layers 1\n${'0'.repeat(63)} 12 rootimg-1.sfs\n`, 'which is none'],
  ])('ends the boot over a checked list that cannot be read', (text, reason) => {
    list = text;
    expect(attempt(`imgsha256=${digestOf(list)}`).status).toBe(2);
    expect(states('fatal')).toContain(
      `the list of layers ${reason.startsWith('which') ? 'has the line' : reason}`,
    );
  });

  it('begins no download that this node has no memory for', () => {
    const [name] = [layer(fakeSquashfs('base'))];
    list = list.replace(` ${contents.get(name)?.length} `, ' 9000000000 ');
    expect(attempt(`imgsha256=${digestOf(list)}`).status).toBe(2);
    expect(states('fatal')).toBe(
      'rootimg: error: the layers have 9000000000 bytes, but this node has 2000 MB\n',
    );
  });
});
