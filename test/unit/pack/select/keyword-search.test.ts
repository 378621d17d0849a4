import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keywordSearch } from '../../../../src/pack/select/keyword-search.ts';

const word = fc.stringMatching(/^[ab\xff]{1,4}$/);

it('finds each keyword at every end where it stands, as looking for each alone does', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.stringMatching(/^[ab\xff]{0,30}$/), (keywords, text) => {
      const search = keywordSearch(keywords);
      let state = search.start;
      for (let at = 0; at < text.length; at++) {
        state = search.step(state, text.charCodeAt(at));
        const ending = keywords.flatMap((keyword, index) =>
          text.slice(0, at + 1).endsWith(keyword) ? [index] : [],
        );
        expect([...search.endingAt(state)].sort((a, b) => a - b)).toEqual(ending);
      }
    }),
  );
});
