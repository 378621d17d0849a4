import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the console says when the check has succeeded. */
export const pingSaid = 'ping-check: nobody can ping';

/**
 * Unit of a booted image that lets a user without privileges ping. The kernel would also let him without the
 * capability of ping's file, so that is switched off first. A failed unit fails the boot; a console line
 * proves that it ran at all.
 */
const unit = `[Unit]
Description=A user without privileges can ping
After=systemd-sysctl.service

[Service]
Type=oneshot
User=65534
ExecStartPre=+/bin/sh -c 'echo 1 0 > /proc/sys/net/ipv4/ping_group_range'
ExecStart=/usr/bin/ping -c 1 -W 20 127.0.0.1
ExecStartPost=+/bin/sh -c 'echo "<4>${pingSaid}" > /dev/kmsg'

[Install]
WantedBy=multi-user.target
`;

/** Writes a postinstall script that puts the unit into the image; gives its path. */
export async function pingCheck(folder: string): Promise<string> {
  const path = join(folder, 'ping-check.sh');
  const wants = '"$1/etc/systemd/system/multi-user.target.wants"';
  const script = `#!/bin/sh
set -eu
mkdir -p ${wants}
cat > "$1/etc/systemd/system/ping-check.service" << 'END'
${unit}END
ln -s ../ping-check.service ${wants}
`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}
