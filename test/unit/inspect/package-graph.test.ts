import { expect, test } from 'vitest';
import { packageGraph } from '../../../src/inspect/packages/package-graph.ts';
import type { PackageContents } from '../../../src/packages/database.ts';

/** A package that needs these groups of names, provides those, and has these files. */
function pkg(
  name: string,
  requires: string[][] = [],
  provides: string[] = [],
  files: string[] = [],
): PackageContents {
  return {
    ...{ type: 'rpm', name, version: '1:2-3.el9', arch: 'x86_64', size: 1, recommends: [] },
    provides: [name, ...provides],
    requires,
    files: () => files.map((path) => ({ path })),
  };
}

const entry = (name: string, line: number) => ({ name, origin: { file: 'list', line } });

const sh = pkg('bash', [], ['config(bash)'], ['/usr/bin/sh']);
const app = pkg('app', [['/bin/sh'], ['gone'], ['missing', 'lib.so.1()(64bit)'], ['app'], ['mailer']]);
const lib = pkg('lib', [], ['lib.so.1()(64bit)']);
const mail = pkg('postfix', [], ['mailer']);
const named = pkg('mailer-tools', [['mailer'], ['bash']], ['bash']);

test('needs are found by name, by what is provided, by path, and by the alternative that is there', () => {
  const graph = packageGraph([app, sh, lib, mail, named], []);
  expect(graph.needs(app).map(({ name }) => name)).toEqual(['bash', 'lib', 'postfix']);
  // What is called so comes before what provides it.
  expect(graph.needs(named).map(({ name }) => name)).toEqual(['bash', 'postfix']);
});

test('entries are matched in every spelling; the others are told', () => {
  const words = [
    'app',
    'lib.x86_64',
    'bash-2',
    'postfix-2-3.el9',
    'bash-2-3.el9.x86_64',
    '/bin/sh',
    'lib=2',
    'lib/suite',
  ];
  const entries = [...words, '@core', 'nothing', 'mailer'].map((name, index) => entry(name, index + 1));
  const graph = packageGraph([app, sh, lib, mail], entries);
  const lines = (one: PackageContents) => graph.askedBy(one).map(({ origin }) => origin.line);
  expect(lines(app)).toEqual([1]);
  expect(lines(lib)).toEqual([2, 7, 8]);
  expect(lines(sh)).toEqual([3, 5, 6]);
  expect(lines(mail)).toEqual([4, 11]);
  expect(graph.unmatched.map(({ name }) => name)).toEqual(['@core', 'nothing']);
});
