import { expect, it } from 'vitest';
import { definitionWords } from '../../../src/netboot/definition-words.ts';

it('takes dump and its memory before addkcmdline, as xCAT does', () => {
  const dump = 'nfs:///dumps';
  expect(definitionWords({ addkcmdline: ' quiet  a="b c" ', dump, crashkernelsize: '512M' })).toEqual({
    words: ['crashkernel=512M', `dump=${dump}`, 'quiet', 'a="b c"'],
    warnings: [],
  });
  expect(definitionWords({ dump }).words).toEqual(['crashkernel=256M', `dump=${dump}`]);
  expect(definitionWords({ crashkernelsize: '512M' }).words).toEqual([]);
});

it('leaves out what is for installed systems, and says what only xCAT can fill in', () => {
  const { words, warnings } = definitionWords({
    addkcmdline: 'quiet R::selinux=0 ip=#NODEATTRIB:hosts:ip# x=#TABLE:site:key=a:value# last',
  });
  expect(words).toEqual(['quiet', 'last']);
  expect(warnings).toHaveLength(2);
});

it.each([`dyndbg='file a.c +p' x`, `it's fine`, `a"b`, `"a b`])('keeps every character of %s', (line) =>
  expect(definitionWords({ addkcmdline: line }).words.join(' ')).toBe(line),
);
