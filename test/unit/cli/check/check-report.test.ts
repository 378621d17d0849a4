import { expect, it } from 'vitest';
import { collectFindings } from '../../../../src/cli/check/check-report.ts';

const missing = (what: string, line?: number) => ({
  code: 'file-unreadable',
  message: `The ${what} '/l' cannot be read: it does not exist.`,
  ...(line === undefined ? {} : { origin: { file: 'x.stanza', line } }),
});

it('one finding of two checks counts once, the one that knows its place', () => {
  const findings = collectFindings();
  findings.problems([missing('postinstall', 3), missing('postinstall script'), missing('postinstall', 3)]);
  findings.problems([
    { code: 'pkglist-unset', message: 'a' },
    { code: 'pkglist-unset', message: 'b' },
  ]);
  expect(findings.report('x').problems.map(({ message, origin }) => [message[0], origin?.line])).toEqual([
    ['T', 3],
    ['a', undefined],
  ]);
});

it('the same words at two places are two findings', () => {
  const findings = collectFindings();
  findings.problems([missing('pkglist', 3), missing('pkglist', 4), { ...missing('pkglist'), code: 'other' }]);
  findings.warnings([{ code: 'w', message: 'w' }]);
  findings.notChecked('this', 'that');
  const report = findings.report('x');
  expect(report.problems).toHaveLength(3);
  expect(report).toMatchObject({ schema: 1, image: 'x', notChecked: [{ what: 'this', why: 'that' }] });
});
