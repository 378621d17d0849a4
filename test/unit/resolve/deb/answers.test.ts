import { expect, it } from 'vitest';
import { answerProblems } from '../../../../src/resolve/deb/answers.ts';

function problems(text: string) {
  const lines = text.split('\n').map((line, index) => ({
    text: line.trim(),
    origin: { file: 'answers', line: index + 1 },
  }));
  return answerProblems({ path: 'answers', lines, sha256: '' });
}

it.each([
  ['an answer', 'slapd slapd/domain string site.example'],
  ['one without a value', 'slapd slapd/purge boolean'],
  ['a comment, an empty line', '# set by the site\n\n'],
  ['a value that goes on in the next line', 'a a/b multiselect one, \\\ntwo'],
  ['one that goes on before its type', 'a a/b \\\nstring value'],
])('takes %s', (_, text) => {
  expect(problems(text)).toEqual([]);
});

it('names each line that is none, after a line that goes on too', () => {
  const found = problems('slapd domain\na a/b string x \\\ny\nword');
  expect(found.map(({ origin }) => origin?.line)).toEqual([1, 4]);
  expect(found[0]?.message).toContain("'slapd domain' is not an answer");
});
