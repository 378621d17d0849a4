import { describe, expect, it } from 'vitest';
import { secondsFromPowerOn } from '../../../src/boot/boot-report.ts';
import { judge } from '../../../src/boot/judge.ts';
import { parseNodeReport } from '../../../src/boot/node-report.ts';

const text = [
  'localhost login: ROOTIMG-REPORT-BEGIN 1',
  'state=degraded',
  'target=multi-user.target',
  'target-state=active',
  'target-microseconds=21456789',
  'userspace-microseconds=12000000',
  'failed=a.service b.mount ',
  'root=overlay',
  'uuid=1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  'kernel=6.1.0-18-cloud-amd64',
  'memory-total=2000000',
  'memory-available=1500000',
  'memory-used=500000',
  'uptime=24.50',
  'at-initrd=2.10',
  'at-root=9.75',
  'available-download=1700000',
  'available-unpacked=900000',
  'available-root=1600000',
  'kernel-warning=x86/cpu: a=b is odd',
  'kernel-warning=second',
  'ROOTIMG-REPORT-END',
  '',
].join('\r\n');

function parsed() {
  const report = parseNodeReport(text);
  if (report === undefined) throw new Error('no report');
  return report;
}

describe('parseNodeReport', () => {
  it('reads the block out of whatever else a terminal says', () => {
    expect(parsed()).toEqual({
      state: 'degraded',
      target: 'multi-user.target',
      targetState: 'active',
      failedUnits: ['a.service', 'b.mount'],
      rootType: 'overlay',
      uuid: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
      kernel: '6.1.0-18-cloud-amd64',
      memory: { total: 2_000_000, available: 1_500_000, used: 500_000, peak: 1_100_000, image: 100_000 },
      kernelWarnings: ['x86/cpu: a=b is odd', 'second'],
      seconds: { report: 24.5, userspace: 12, target: 21.46, initrd: 2.1, root: 9.75 },
    });
  });

  it('waits for the whole block', () => {
    expect(parseNodeReport(text.slice(0, -10))).toBeUndefined();
    expect(parseNodeReport('')).toBeUndefined();
  });

  it('reads what the node says that it runs', () => {
    const told = text.replace('kernel-warning=second', 'booted-image=compute\r\nbooted-line=quiet a=b');
    expect(parseNodeReport(told)?.booted).toEqual({ image: 'compute', line: 'quiet a=b' });
  });

  it('leaves out what is no number', () => {
    const torn = text.replace('at-root=9.75', 'at-root=').replace('unpacked=900000', 'unpacked=9x');
    expect(parseNodeReport(torn)?.seconds).not.toHaveProperty('root');
    expect(parseNodeReport(torn)?.memory.peak).toBe(500_000);
  });

  it('takes no time for a target that was never reached', () => {
    const never = parseNodeReport(text.replace('21456789', '0'));
    expect(never?.seconds).not.toHaveProperty('target');
  });
});

it('secondsFromPowerOn adds what passed before the kernel started', () => {
  expect(secondsFromPowerOn(parsed(), 26)).toEqual({
    kernel: 1.5,
    initrd: 3.6,
    root: 11.25,
    userspace: 13.5,
    target: 22.96,
  });
});

describe('judge', () => {
  const good = { ...parsed(), failedUnits: [] };
  const pack = { method: 'squashfs', uuid: good.uuid };

  it('is content with a node that is as its image promises', () => {
    expect(judge(good, pack)).toEqual([]);
    expect(judge({ ...good, rootType: 'tmpfs' }, { ...pack, method: 'cpio' })).toEqual([]);
    expect(judge({ ...good, rootType: 'tmpfs' }, { ...pack, method: 'tar' })).toEqual([]);
  });

  it('names everything that is wrong', () => {
    const bad = { ...parsed(), targetState: 'inactive', rootType: 'ext4', uuid: '' };
    expect(judge(bad, pack).map((problem) => problem.code)).toEqual([
      'boot-target',
      'boot-root',
      'boot-unit',
      'boot-unit',
      'boot-uuid',
    ]);
  });

  it('does not take another image for the packed one', () => {
    expect(judge({ ...good, uuid: 'other' }, pack)[0]?.message).toMatch(/other.*packed as 1b4e28ba/);
  });
});
