import { run } from '../../../src/system/exec.ts';

const places = ['/etc/zypp', '/var/cache/zypp', '/var/lib/zypp', '/var/log/zypp', '/var/log/zypper.log'];

/** All that zypper of the host has, with sizes and times; a build is to change none of it. */
export async function hostZypper(): Promise<string> {
  const argv = ['find', ...places, '/run/zypp.pid', '/root/.zypp', '-printf', '%p %s %T@\\n'];
  return (await run(argv, { okCodes: [0, 1] })).stdout;
}
