/**
 * dracut's modules that put drivers in with no look at the programs, and programs with no look at the drivers; and of /etc they read for
 * the drivers no more than driversReadInEtc says. Only an initrd of these is made in two parts. Read in dracut 059, `installkernel` of each; older
 * ones have less. microcode_ctl-fw_dir_override (EL) only says where firmware lies.
 */
const apart = new Set([
  ...['base', 'bash', 'dash', 'dbus', 'dbus-broker', 'dbus-daemon', 'dracut-systemd', 'fs-lib', 'ifcfg'],
  ...['kernel-modules', 'kernel-network-modules', 'microcode_ctl-fw_dir_override', 'network'],
  ...['network-legacy', 'network-manager', 'rootimg', 'shutdown', 'systemd', 'systemd-ask-password'],
  ...['systemd-initrd', 'systemd-journald', 'systemd-modules-load', 'systemd-sysctl', 'systemd-sysusers'],
  ...['systemd-tmpfiles', 'systemd-udevd', 'udev-rules', 'url-lib'],
]);

/** Whether the drivers of an initrd with these dracut modules can be made apart from its programs. */
export function driversApart(dracutModules: readonly string[]): boolean {
  return dracutModules.every((name) => apart.has(name));
}
