import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { type DnfStep, emptyDnfReport } from '../../../../src/packages/dnf/dnf-output.ts';
import {
  mandatoryMembers,
  onlyScriptsFailed,
  readDnf5Line,
} from '../../../../src/packages/dnf5/dnf5-output.ts';

/**
 * What dnf5 5.4.6 with rpm 6.1 printed over real repositories, standard output first; names and addresses of
 * the host changed.
 */
const recorded = (name: string) => readFileSync(new URL(`recorded/${name}.txt`, import.meta.url), 'utf8');

function read(name: string) {
  const output = recorded(name);
  const report = emptyDnfReport();
  const steps: DnfStep[] = output.split('\n').flatMap((line) => readDnf5Line(line, report) ?? []);
  const scriptsAlone = onlyScriptsFailed(report, output);
  return { ...report, steps, scriptsAlone, touched: [...report.touched].sort() };
}

describe('what dnf5 says', () => {
  it.each([
    ['missing-packages', { missing: ['nowhere', 'nowhere2'] }],
    ['missing-groups', { missing: ['nogroup', 'mod:1'], missingMembers: ['member-nowhere'] }],
    ['missing-file', { missing: ['/tmp/nope.rpm'] }],
    ['unsigned', { untrusted: ['unsigned-1.0-1.noarch'], changing: false }],
    ['wrong-signed', { untrusted: ['wrong-signed-1.0-1.noarch'], changing: false }],
    [
      'conflict',
      {
        changing: false,
        conflicts: [
          'file /usr/share/conflict conflicts between attempted installs of conflict-a-1.0-1.noarch and conflict-b-1.0-1.noarch',
        ],
      },
    ],
    [
      'download-404',
      { undelivered: ['Cannot download second-1.0-1.noarch.rpm: All mirrors were tried'], changing: false },
    ],
    ['download-cut', { undelivered: ['Cannot download pinned-2.0-1.noarch.rpm: All mirrors were tried'] }],
    ['unreachable', { unreachable: ['gone'] }],
    ['unreachable-404', { unreachable: ['404'] }],
    ['unresolvable', { missing: [], changing: false }],
    [
      'post-fails',
      {
        changing: true,
        scriptsAlone: true,
        scriptlets: [
          { what: '%post of post-fails-1.0-1.noarch: exit status 3', output: ['the post is broken'] },
        ],
      },
    ],
    ['pre-fails', { changing: true, scriptsAlone: false, scriptlets: [{ output: ['the pre is broken'] }] }],
    ['assume-no', { touched: ['pinned', 'plain'], changing: false }],
    ['upgrade', { touched: ['plain'] }],
    ['obsoletes', { touched: ['renamed-new', 'second'], scriptsAlone: false, changing: true }],
  ])('%s', (name, expected) => {
    expect(read(name)).toMatchObject(expected);
  });
});

test('steps of downloads and of the transaction, names cut off by dnf5', () => {
  const { steps, touched } = read('long-name');
  expect(steps.map(({ text }) => text)).toEqual([
    'Downloading plain-0:1.0-1.noarch',
    'Downloading a-package-with-a-very-long-name-t',
    'Downloading tiny-base-0:1.0-1.x86_64',
    'Verify package files',
    'Prepare transaction',
    'Installing tiny-base-0:1.0-1.x86_',
    'Installing plain-0:1.0-1.noarch',
    'Installing a-package-with-a-very-',
  ]);
  expect(steps.at(-1)).toMatchObject({ done: 5, total: 5 });
  expect(touched).toContain('a-package-with-a-very-long-name-that-wraps-columns-in-tables-of-dnf');
});

test('the packages that a group must bring', () => {
  expect(mandatoryMembers(recorded('group'))).toEqual(['member-a', 'member-b', 'member-nowhere']);
  expect(mandatoryMembers('Id : x\nOptional packages    : vim\n')).toEqual([]);
});
