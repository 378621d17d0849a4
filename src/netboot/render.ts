import { quoteWord } from '../base/quote.ts';
import { grubWords, ipxeWords, type LoaderWords, pxelinuxWords } from './loader-words.ts';

/** What a boot entry says, whatever the boot loader. */
export interface BootEntry {
  /** What a person reads: the image, and which generation of it. */
  readonly title: string;
  readonly kernelUrl: string;
  readonly initrdUrl: string;
  /**
   * Kernel parameters, without those that only the boot loader knows; one word may have blanks between
   * quotation marks.
   */
  readonly words: readonly string[];
  /**
   * Which signatures lie beside kernel and initrd: `.cms` for iPXE, `.sig` for GRUB. The entry has them
   * checked.
   */
  readonly signatures: readonly string[];
}

/** A boot loader's file, or why there can be none. */
export type Rendered = LoaderWords;

const mark = 'Written by rootimg netboot; written anew by its next run.';

/** An iPXE script. The interface that it booted from becomes BOOTIF. */
export function ipxeScript(entry: BootEntry): Rendered {
  const verify = (name: string, url: string) =>
    entry.signatures.includes('.cms') ? `imgverify ${name} ${url}.cms\n` : '';
  return rendered(
    ipxeWords(entry.words),
    (words) => `#!ipxe
# ${mark}
# ${plainTitle(entry)}
kernel --name kernel ${entry.kernelUrl} initrd=initrd ${words} BOOTIF=01-\${netX/mac:hexhyp}
${verify('kernel', entry.kernelUrl)}initrd --name initrd ${entry.initrdUrl}
${verify('initrd', entry.initrdUrl)}boot
`,
  );
}

/** A menu entry for GRUB, which fetches over HTTP with its own network modules (http, efinet). */
export function grubEntry(entry: BootEntry): Rendered {
  if (entry.kernelUrl.startsWith('https:')) return noHttps('GRUB');
  const checked = entry.signatures.includes('.sig');
  return rendered(
    grubWords(entry.words),
    (words) => `# ${mark}
insmod http
${checked ? 'insmod pgp\n' : ''}menuentry '${plainTitle(entry)}' {
${checked ? '    set check_signatures=enforce\n' : ''}    linux ${grubFile(entry.kernelUrl)} ${words} BOOTIF=01:$net_default_mac
    initrd ${grubFile(entry.initrdUrl)}
}
`,
  );
}

/** GRUB's name of a file on a web server: `(http,server:port)/path`. */
function grubFile(url: string): string {
  const { host, pathname } = new URL(url);
  return `(http,${host})${quoteWord(pathname)}`;
}

/** An entry for PXELINUX; only lpxelinux.0 fetches over HTTP. */
export function pxelinuxEntry(entry: BootEntry): Rendered {
  if (entry.kernelUrl.startsWith('https:')) return noHttps('PXELINUX');
  return rendered(
    pxelinuxWords(entry.words),
    (words) => `# ${mark} For lpxelinux.0, which can fetch over HTTP.
DEFAULT image
LABEL image
  MENU LABEL ${plainTitle(entry)}
  KERNEL ${entry.kernelUrl}
  INITRD ${entry.initrdUrl}
  APPEND ${words}
  IPAPPEND 2
`,
  );
}

function rendered({ text, problems }: LoaderWords, file: (words: string) => string): Rendered {
  return { text: text === undefined ? undefined : file(text), problems };
}

function noHttps(loader: string): Rendered {
  return { text: undefined, problems: [`${loader} cannot fetch over https`] };
}

/** Only to be read: nothing in it may mean anything to a boot loader. */
function plainTitle({ title }: BootEntry): string {
  return title.replaceAll(/[^\w .,:@+-]/g, '_');
}
