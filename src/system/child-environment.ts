/** The whole environment of a child; only these names of ours are inherited. */
const inherited = [
  ...['PATH', 'HOME', 'TERM'],
  // What curl reads; it takes no HTTP_PROXY.
  ...['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy'],
  ...['HTTPS_PROXY', 'FTP_PROXY', 'ALL_PROXY', 'NO_PROXY'],
];

/** Tools in sbin are needed also by callers whose PATH lacks it. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of a child, rebuilt, with `extra`. */
export function childEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: 'C' };
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  environment['PATH'] = environment['PATH'] ? `${environment['PATH']}:${systemPath}` : systemPath;
  return { ...environment, ...extra };
}
