import { expect, test } from 'vitest';
import { withInternetDisabled } from '../../../src/family/repo-files.ts';

test('sections with an address of the internet are switched off, those of a folder stay on', () => {
  const text = '[main]\nkeep=1\n[net]\nenabled=1\nbaseurl=https://h/x\n[disk]\nenabled=1\nbaseurl=dir:///x\n';
  expect(withInternetDisabled(text)).toBe(
    '[main]\nkeep=1\n[net]\nenabled=0\nbaseurl=https://h/x\n[disk]\nenabled=1\nbaseurl=dir:///x\n',
  );
  expect(withInternetDisabled(withInternetDisabled(text))).toBe(withInternetDisabled(text));
});
