/** What a boot entry says, whatever the boot loader. */
export interface BootEntry {
  /** What a person reads: the image, and which generation of it. */
  readonly title: string;
  readonly kernelUrl: string;
  readonly initrdUrl: string;
  /** Kernel parameters, without those that only the boot loader knows. */
  readonly kernelLine: string;
}

const mark = 'Written by rootimg netboot; written anew by its next run.';

/** An iPXE script. The interface that it booted from becomes BOOTIF. */
export function ipxeScript(entry: BootEntry): string {
  return `#!ipxe
# ${mark}
# ${entry.title}
kernel --name kernel ${entry.kernelUrl} initrd=initrd ${entry.kernelLine} BOOTIF=01-\${netX/mac:hexhyp}
initrd --name initrd ${entry.initrdUrl}
boot
`;
}

/** A menu entry for GRUB, which fetches over HTTP with its own network modules (http, efinet). */
export function grubEntry(entry: BootEntry): string {
  return `# ${mark}
insmod http
menuentry '${entry.title.replaceAll("'", '')}' {
    linux ${grubFile(entry.kernelUrl)} ${grubWords(entry.kernelLine)} BOOTIF=01:$net_default_mac
    initrd ${grubFile(entry.initrdUrl)}
}
`;
}

/** GRUB's name of a file on a web server: `(http,server:port)/path`. */
function grubFile(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `(${protocol.slice(0, -1)},${host})${pathname}`;
}

/** GRUB reads its lines as a shell does. */
function grubWords(line: string): string {
  return line
    .split(' ')
    .map((word) => (/^[\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** An entry for PXELINUX; only lpxelinux.0 fetches over HTTP. */
export function pxelinuxEntry(entry: BootEntry): string {
  return `# ${mark} For lpxelinux.0, which can HTTP.
DEFAULT image
LABEL image
  MENU LABEL ${entry.title}
  KERNEL ${entry.kernelUrl}
  INITRD ${entry.initrdUrl}
  APPEND ${entry.kernelLine}
  IPAPPEND 2
`;
}
