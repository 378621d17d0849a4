import { isSupportedSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';

/**
 * Whether what a package says of its licence is an expression of SPDX with nothing but known ids: `MIT AND
 * (BSD-3-Clause OR Apache-2.0+)`. Older packages have words of their own, such as `GPLv2+ and BSD`.
 */
export function isLicenseExpression(words: string): boolean {
  const tokens = words.replace(/[()]/g, ' $& ').trim().split(/\s+/);
  let depth = 0;
  let wantsId = true;
  for (const token of tokens) {
    if (token === '(' && wantsId) depth += 1;
    else if (token === ')' && !wantsId && depth > 0) depth -= 1;
    else if (wantsId && isSupportedSpdxId(token.replace(/\+$/, ''))) wantsId = false;
    else if (!wantsId && /^(?:AND|OR|WITH)$/.test(token)) wantsId = true;
    else return false;
  }
  return !wantsId && depth === 0;
}
