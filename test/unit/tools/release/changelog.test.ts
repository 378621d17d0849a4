import { expect, it } from 'vitest';
import { releaseNotes, withRelease } from '../../../../tools/release/changelog.ts';

const path = '.changeset/x.md';

it('sorts changes by what they are to the reader, sentences and lists alike', () => {
  expect(
    releaseNotes([
      { path, level: 'patch', text: 'One is mended,\nof two lines.\n\nAnd why.' },
      { path, level: 'minor', text: '- One is new.\n- Two are new.' },
      { path, level: 'patch', text: 'Two is mended.' },
    ]),
  ).toBe(`### Added

- One is new.
- Two are new.

### Mended

- One is mended,
  of two lines.

  And why.
- Two is mended.
`);
});

it('puts a release before the earlier ones', () => {
  expect(
    withRelease('# Changes\n\nNewest first.\n\n## 0.1.0\n\nThe first.\n', '0.2.0, today', 'notes\n'),
  ).toBe('# Changes\n\nNewest first.\n\n## 0.2.0, today\n\nnotes\n\n## 0.1.0\n\nThe first.\n');
  expect(withRelease('# Changes\n', '0.1.0', 'notes\n')).toBe('# Changes\n\n## 0.1.0\n\nnotes\n');
});
