import { hostPropagation } from './propagation.ts';

export interface NamespaceOptions {
  /** False cuts the network off; loopback only. */
  readonly network?: boolean;
}

/**
 * argv that runs `argv` in mount and PID namespaces of its own. They and all that lives in them end when the
 * program ends, or when we die, SIGKILL included: the one door ties unshare to us (tie.ts), --kill-child ties
 * the namespace's init to unshare.
 */
export function namespaceArgv(argv: readonly string[], options: NamespaceOptions = {}): string[] {
  return [
    ...['unshare', '--mount', '--pid', '--fork', '--kill-child=SIGKILL'],
    ...['--propagation', hostPropagation()],
    ...(options.network === false ? ['--net'] : []),
    '--',
    ...argv,
  ];
}
