/** A kernel line as xCAT's nodeset and the boot loader behind it write one. */
export interface XcatLine {
  /** Which loader or setting of the site makes it so. */
  readonly from: string;
  /** All words, in xCAT's order. */
  line(node: XcatNode): string;
  /** What dracut is told of the network. */
  readonly network: string;
}

/** What the words are filled with. */
export interface XcatNode {
  /** `http://10.0.0.1:80`; the path follows with its own slash. */
  readonly origin: string;
  readonly mac: string;
  /** Of the packed root, such as `rootimg.sfs`. */
  readonly file: string;
  readonly folder: string;
  /** The management node. */
  readonly master: string;
}

const dashed = ({ mac }: XcatNode) => mac.replaceAll(':', '-');

/** The words that all lines begin with; xCAT puts a slash before a path that has one. */
function begin(node: XcatNode, { port = '80', more = '', slashes = '//' } = {}): string {
  const { origin, folder, file, master } = node;
  const path = `${slashes.slice(1)}${folder}/${file}`;
  return `imgurl=${origin}${path} XCAT=${master}:3001 NODE=n1 FC=0 ${more}XCATHTTPPORT=${port}`;
}

const logging = (master: string) =>
  `LOGSERVER=${master} syslog.server=${master} syslog.type=rsyslogd syslog.filter=*.* xcatdebugmode=1`;

/** One for each of the forms that xCAT 2.19 writes (destiny.pm, anaconda.pm, and its boot loaders' files). */
export const xcatLines: readonly XcatLine[] = [
  {
    from: 'xnba',
    line: (node) => `${begin(node)} BOOTIF=01-${dashed(node)}`,
    network: 'ip=dhcp',
  },
  {
    from: 'xnba, several slashes in a row',
    line: (node) => `${begin(node, { slashes: '///' })} BOOTIF=01-${dashed(node)}`,
    network: 'ip=dhcp',
  },
  {
    from: 'pxe, installnic=mac and IPAPPEND 2',
    line: (node) => `${begin(node)} BOOTIF=${node.mac} selinux=0 BOOTIF=01-${dashed(node)}`,
    network: 'ip=dhcp',
  },
  {
    from: 'grub2',
    line: (node) => `${begin(node)} selinux=0 BOOTIF=${node.mac}`,
    network: 'ip=dhcp',
  },
  { from: 'petitboot', line: (node) => begin(node), network: 'ip=dhcp' },
  {
    from: 'a card by name (netdev)',
    line: (node) => `${begin(node)} netdev=eth0 net.ifnames=0 biosdevname=0`,
    network: 'ip=eth0:dhcp',
  },
  {
    from: 'a card by name and hardware address (ifname)',
    line: (node) => `${begin(node)} ifname=eth9:${node.mac} netdev=eth9`,
    network: 'ip=eth9:dhcp',
  },
  {
    from: 'httpport of the site',
    line: (node) => `${begin(node, { port: '8080' })} BOOTIF=01-${dashed(node)}`,
    network: 'ip=dhcp',
  },
  {
    from: 'xcatdebugmode of the site',
    line: (node) => `${begin(node)} ${logging(node.master)} BOOTIF=01-${dashed(node)}`,
    network: 'ip=dhcp',
  },
  {
    from: 'dump and crashkernelsize of the image',
    line: (node) =>
      `${begin(node)} console=tty0 console=ttyS0,115200n8r selinux=0 crashkernel=128M dump=nfs://${node.master}/dumps quiet`,
    network: 'ip=dhcp',
  },
  {
    from: 'nodestatus=n of the site, a console of ppc64le',
    line: (node) => `${begin(node, { more: 'nonodestatus ' })} console=tty0 console=hvc0,115200n8r selinux=0`,
    network: 'ip=dhcp',
  },
  {
    from: 'addkcmdline with R::, quotation marks and an address of its own',
    line: (node) =>
      `${begin(node)} rd.shell=0 systemd.setenv="A=b c" rootflags=nr_inodes=0 BOOTIF=01-${dashed(node)}`,
    network: 'ip=dhcp',
  },
];
