import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../base/copy-file.ts';
import { splitWords } from '../netboot/definition-words.ts';
import { ipxeScript } from '../netboot/render.ts';
import { type Problem, throwProblems } from '../base/errors.ts';
import { findTool } from '../system/exec.ts';
import { type Firmware, firstFile } from './firmware.ts';

/** The management node of the machine's own network. */
export const pxeAddress = '10.77.0.1';
/** Where the machine's network card ends on the host's side. */
export const pxeTap = 'node';

const script = 'boot.ipxe';
const ipxeEfi = 'ipxe.efi';

/**
 * In a network namespace of its own: a card for the machine, DHCP and TFTP, and a way to the web server,
 * which listens on a socket in the file system because it lives in the host's network. $1 dnsmasq's
 * configuration, $2 its log, $3 the node binary, $4 the relay, $5 the socket.
 */
const network = `set -eu
config=$1 log=$2 node=$3 relay=$4 socket=$5
shift 5
ip link set lo up
ip tuntap add dev ${pxeTap} mode tap
ip address add ${pxeAddress}/24 dev ${pxeTap}
ip link set ${pxeTap} up
dnsmasq --keep-in-foreground --conf-file="$config" 2>> "$log" &
"$node" -e "$relay" "$socket" ${pxeAddress} 2>> "$log" &
exec "$@"`;

/** Connects each connection to port 80 with the socket of the web server. */
const relay = `const net = require('net');
net.createServer((from) => {
  const to = net.connect(process.argv[1]);
  from.on('error', () => to.destroy()).pipe(to).on('error', () => from.destroy()).pipe(from);
}).listen(80, process.argv[2]);`;

/** What dnsmasq reads: any card gets an address; iPXE gets the script, UEFI firmware gets iPXE first. */
export function dnsmasqConfig(tftpRoot: string): string {
  return `port=0
interface=${pxeTap}
bind-interfaces
user=root
pid-file
leasefile-ro
log-facility=-
log-dhcp
dhcp-authoritative
dhcp-range=10.77.0.50,10.77.0.99,255.255.255.0,1h
enable-tftp
tftp-root=${tftpRoot}
dhcp-match=set:ipxe,175
dhcp-match=set:efi,option:client-arch,7
dhcp-match=set:efi,option:client-arch,9
dhcp-boot=tag:ipxe,${script}
dhcp-boot=tag:!ipxe,tag:efi,${ipxeEfi}
`;
}

/** argv that puts `argv` into such a network. It runs as the first process of a namespace of its own. */
export function pxeNetworkArgv(
  argv: readonly string[],
  files: { readonly config: string; readonly log: string; readonly socket: string },
): string[] {
  return [
    ...['sh', '-c', network, 'sh', files.config, files.log, process.execPath, relay, files.socket],
    ...argv,
  ];
}

/** Throws all programs of such a network that are not installed. */
export async function checkPxeTools(): Promise<void> {
  const needed = {
    dnsmasq: 'dnsmasq-base (Debian) or dnsmasq (EL)',
    ip: 'iproute2 (Debian) or iproute (EL)',
  };
  const problems: Problem[] = [];
  for (const [program, packages] of Object.entries(needed)) {
    if ((await findTool(program)) !== undefined) continue;
    problems.push({
      code: 'tool-missing',
      message: `${program} is not installed; --pxe makes a network with it.`,
      hint: `Install ${packages}.`,
    });
  }
  throwProblems(problems);
}

/**
 * Fills `folder` with what DHCP and TFTP give out: iPXE for UEFI, which a BIOS machine has in its network
 * card, and the script that fetches kernel and initrd over HTTP. Gives the configuration's path. Errors: iPXE
 * is not installed, or cannot carry the kernel line.
 */
export async function preparePxe(
  folder: string,
  firmware: Firmware,
  entry: { readonly title: string; readonly kernelLine: string },
): Promise<string> {
  const tftp = join(folder, 'tftp');
  await mkdir(tftp);
  if (firmware === 'uefi') {
    const paths = [
      '/usr/lib/ipxe/snponly.efi',
      '/usr/share/ipxe/ipxe-snponly-x86_64.efi',
      '/usr/lib/ipxe/ipxe.efi',
    ];
    const hint = 'Install ipxe (Debian) or ipxe-bootimgs-x86 (EL).';
    await copyWhole(await firstFile(paths, 'iPXE for UEFI', hint), join(tftp, ipxeEfi));
  }
  const origin = `http://${pxeAddress}`;
  const { text, problems } = ipxeScript({
    ...{ title: entry.title, words: splitWords(entry.kernelLine), signatures: [] },
    ...{ kernelUrl: `${origin}/kernel`, initrdUrl: `${origin}/initrd` },
  });
  throwProblems(problems.map((problem) => ({ code: 'loader-words', message: `Not for iPXE: ${problem}.` })));
  await writeFile(join(tftp, script), text ?? '');
  const config = join(folder, 'dnsmasq.conf');
  await writeFile(config, dnsmasqConfig(tftp));
  return config;
}
