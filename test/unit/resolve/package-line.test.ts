import { describe, expect, it } from 'vitest';
import { environmentWords, lineTokens } from '../../../src/resolve/package-line.ts';

describe('lineTokens', () => {
  it.each([
    ['bash', [{ kind: 'entry', text: 'bash' }]],
    ['a,b , c', ['a', 'b', 'c'].map((text) => ({ kind: 'entry', text }))],
    ['a,,b,', ['a', 'b'].map((text) => ({ kind: 'entry', text }))],
    ['# a comment, with a comma', []],
    ['vim,# comment,emacs', ['vim', 'emacs'].map((text) => ({ kind: 'entry', text }))],
    ['#INCLUDE:sub/b.pkglist#', [{ kind: 'include', path: 'sub/b.pkglist' }]],
    ['#INCLUDE: a,b #', [{ kind: 'include', path: 'a,b' }]],
    [
      '#INCLUDE:a##INCLUDE:b#',
      [
        { kind: 'include', path: 'a' },
        { kind: 'include', path: 'b' },
      ],
    ],
    ['#INCLUDE:a', [{ kind: 'almost', text: '#INCLUDE:a' }]],
    ['#INCLUDE:#', [{ kind: 'almost', text: '#INCLUDE:#' }]],
    [
      'vim,#INCLUDE:a',
      [
        { kind: 'entry', text: 'vim' },
        { kind: 'almost', text: '#INCLUDE:a' },
      ],
    ],
    ['#ENV:A=1,B=2#', [{ kind: 'environment', text: 'A=1,B=2' }]],
    [
      '#ENV:X=1# later',
      [
        { kind: 'environment', text: 'X=1' },
        { kind: 'trailing', text: 'later', after: 'environment' },
      ],
    ],
    ['#ENV:#', [{ kind: 'almost', text: '#ENV:#' }]],
    ['#NEW_INSTALL_LIST#', [{ kind: 'next-pass' }]],
    ['#NEW_INSTALL_LIST#,vim', [{ kind: 'next-pass' }, { kind: 'entry', text: 'vim' }]],
    ['vim #x', [{ kind: 'entry', text: 'vim #x' }]],
    ['#RECOMMENDS#', [{ kind: 'recommends' }]],
    ['#RECOMMENDS', [{ kind: 'almost', text: '#RECOMMENDS' }]],
    ['# recommend #', [{ kind: 'almost', text: '# recommend #' }]],
    ['# recommends are off', []],
    ['#DEBCONF:a/b.seed#', [{ kind: 'debconf', path: 'a/b.seed' }]],
    ['#DEBCONF:a', [{ kind: 'almost', text: '#DEBCONF:a' }]],
    [
      '#RECOMMENDS##DEBCONF:a#,vim',
      [{ kind: 'recommends' }, { kind: 'debconf', path: 'a' }, { kind: 'entry', text: 'vim' }],
    ],
  ])('%s', (line, tokens) => {
    expect(lineTokens(line)).toEqual(tokens);
  });
});

describe('environmentWords', () => {
  it.each([
    ['A=1 B=2', ['A=1', 'B=2'], []],
    ['A=b c', ['A=b c'], ['c']],
    ['A="b c" B=\'d e\'', ['A=b c', 'B=d e'], []],
    ['A=1,B=2', ['A=1,B=2'], []],
    ['A=', ['A='], []],
    ['nothing', [], ['nothing']],
    ['A="open', ['A="open'], []],
  ])('%s', (text, words, loose) => {
    expect(environmentWords(text)).toEqual({ words, loose });
  });
});
