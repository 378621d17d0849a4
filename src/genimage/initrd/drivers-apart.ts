/**
 * dracut's modules of which `installkernel` needs nothing of `install`, and the other way round; and which
 * read for the drivers no more of /etc than readDriverSettings does. Only an initrd of these is made in two
 * parts. Read in dracut 049, 057, 059 and 10x. Two look across, which does no harm: systemd takes the drivers
 * of modules-load.d in `install`, which is why our module takes them too, and microcode_ctl-fw_dir_override
 * (EL) says there which microcode goes first, which is why that is taken from the run of the programs.
 */
const apart = new Set([
  ...['base', 'bash', 'dash', 'dbus', 'dbus-broker', 'dbus-daemon', 'dracut-systemd', 'fs-lib', 'ifcfg'],
  ...['kernel-modules', 'kernel-network-modules', 'microcode_ctl-fw_dir_override', 'net-lib', 'network'],
  ...[
    'network-legacy',
    'network-manager',
    'qemu-net',
    'rootimg',
    'shutdown',
    'systemd',
    'systemd-ask-password',
  ],
  ...['systemd-initrd', 'systemd-journald', 'systemd-modules-load', 'systemd-sysctl', 'systemd-sysusers'],
  ...['systemd-tmpfiles', 'systemd-udevd', 'udev-rules', 'url-lib'],
]);

/** Whether the drivers of an initrd with these dracut modules can be made apart from its programs. */
export function driversApart(dracutModules: readonly string[]): boolean {
  return dracutModules.every((name) => apart.has(name));
}
