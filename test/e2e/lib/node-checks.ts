import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Something that the booted image does itself, as a unit of systemd. A failed unit fails the boot; a line on
 * the console proves that it ran at all.
 */
export interface NodeCheck {
  readonly name: string;
  /** What the console says when the check has succeeded. */
  readonly said: string;
  /** Lines of the unit. */
  readonly unit: readonly string[];
  readonly service: readonly string[];
}

const ping = ['User=65534', 'ExecStart=/usr/bin/ping -c 1 -W 20 127.0.0.1'];

/** A user without privileges can ping, by whatever the image has for it. */
export const pingCheck: NodeCheck = {
  name: 'ping-check',
  said: 'ping-check: nobody can ping',
  unit: ['Description=A user without privileges can ping', 'After=systemd-sysctl.service'],
  service: ping,
};

/** He can by the capability of ping's file alone: what else the kernel would let him is switched off first. */
export const pingCapabilityCheck: NodeCheck = {
  ...pingCheck,
  service: [`ExecStartPre=+/bin/sh -c 'echo 1 0 > /proc/sys/net/ipv4/ping_group_range'`, ...ping],
};

const ssh = '/usr/bin/ssh -i /run/sshd-check -o BatchMode=yes -o StrictHostKeyChecking=no';

/** sshd lets root in by a key that the node has just made. */
export const sshdCheck: NodeCheck = {
  name: 'sshd-check',
  said: 'sshd-check: root is let in',
  unit: ['Description=sshd lets root in by a key', 'After=ssh.service sshd.service'],
  service: [
    `ExecStartPre=/usr/bin/ssh-keygen -q -t ed25519 -N '' -f /run/sshd-check`,
    'ExecStartPre=/usr/bin/install -D -m 600 /run/sshd-check.pub /root/.ssh/authorized_keys',
    `ExecStart=${ssh} root@127.0.0.1 test -O /root`,
  ],
};

function unitText({ said, unit, service }: NodeCheck): string {
  const after = `ExecStartPost=+/bin/sh -c 'echo "<3>${said}" > /dev/kmsg'`;
  const parts = [
    ['[Unit]', ...unit],
    ['[Service]', 'Type=oneshot', ...service, after],
    ['[Install]', 'WantedBy=multi-user.target'],
  ];
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** Writes a postinstall script that puts the checks into the image; gives its path. */
export async function nodeChecks(folder: string, checks: readonly NodeCheck[]): Promise<string> {
  const path = join(folder, 'node-checks.sh');
  const units = '"$1/etc/systemd/system"';
  const puts = checks.map(
    (check) => `cat > ${units}/${check.name}.service << 'END'
${unitText(check)}END
ln -s ../${check.name}.service ${units}/multi-user.target.wants
`,
  );
  const script = `#!/bin/sh\nset -eu\nmkdir -p ${units}/multi-user.target.wants\n${puts.join('')}`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}
