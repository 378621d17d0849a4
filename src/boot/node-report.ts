import { emptyRecord } from '../base/own.ts';
import { type BootedNode, bootedNode } from '../plan/booted-node.ts';

/** What the booted node says about itself: the block that report.sh of the initrd module writes. */
export interface NodeReport {
  /** `systemctl is-system-running` */
  readonly state: string;
  readonly target: string;
  readonly targetState: string;
  readonly failedUnits: readonly string[];
  /** File system type of `/`. */
  readonly rootType: string;
  readonly uuid: string;
  readonly kernel: string;
  /**
   * Kibibytes. `image` is what the root takes, from before its download until it stands, without what runs in
   * it later; `peak` is the most that was in use at any step from the initrd on, so that the packed and the
   * unpacked root are in it.
   */
  readonly memory: {
    readonly total: number;
    readonly available: number;
    readonly used: number;
    readonly peak: number;
    readonly image: number;
  };
  /** Absent where an initrd of an earlier version booted it. */
  readonly booted?: BootedNode;
  /** Lines of the kernel log of level warning and worse, a hundred at most. */
  readonly kernelWarnings: readonly string[];
  /**
   * Seconds since the kernel started, by what was reached: initrd, network, download, downloaded, verified,
   * root, switch, userspace, target, and report, when this was written.
   */
  readonly seconds: Readonly<Record<string, number>>;
}

const block = /ROOTIMG-REPORT-BEGIN 1\n([\s\S]*?)ROOTIMG-REPORT-END/;

/** Finds the report in what came through the port so far; undefined until it is there whole. */
export function parseNodeReport(text: string): NodeReport | undefined {
  const body = block.exec(text.replaceAll('\r', ''))?.[1];
  if (body === undefined) return undefined;
  const values = new Map<string, string>();
  const kernelWarnings: string[] = [];
  for (const line of body.split('\n')) {
    const at = line.indexOf('=');
    if (line.startsWith('kernel-warning=')) kernelWarnings.push(line.slice(at + 1));
    else if (at > 0) values.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  const value = (name: string) => values.get(name) ?? '';
  const number = (name: string) => Number(value(name)) || 0;
  const booted = bootedNode(named(values, 'booted-'));
  return {
    state: value('state'),
    target: value('target'),
    targetState: value('target-state'),
    failedUnits: value('failed').split(' ').filter(Boolean),
    rootType: value('root'),
    uuid: value('uuid'),
    kernel: value('kernel'),
    memory: {
      total: number('memory-total'),
      available: number('memory-available'),
      used: number('memory-used'),
      image: Math.max(0, number('available-download') - number('available-root')),
      peak: number('memory-total') - Math.min(number('memory-available'), ...availableAtSteps(values)),
    },
    ...(booted && { booted }),
    kernelWarnings,
    seconds: secondsOf(values),
  };
}

/** Those with the prefix, by the rest of their names. */
function named(values: ReadonlyMap<string, string>, prefix: string): Map<string, string> {
  return new Map(
    [...values].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  );
}

/** None where a node could not find it out, or its terminal has lost a part. */
function numberIn(text: string): number[] {
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? [] : [number];
}

function availableAtSteps(values: ReadonlyMap<string, string>): number[] {
  return [...values].flatMap(([name, text]) => (name.startsWith('available-') ? numberIn(text) : []));
}

function secondsOf(values: ReadonlyMap<string, string>): Record<string, number> {
  const seconds = emptyRecord<number>();
  seconds['report'] = Number(values.get('uptime')) || 0;
  for (const [name, text] of values) {
    if (!name.startsWith('at-')) continue;
    for (const at of numberIn(text)) seconds[name.slice('at-'.length)] = at;
  }
  for (const [name, source] of [
    ['userspace', 'userspace-microseconds'],
    ['target', 'target-microseconds'],
  ] as const) {
    const microseconds = Number(values.get(source));
    if (microseconds > 0) seconds[name] = Math.round(microseconds / 10_000) / 100;
  }
  return seconds;
}
