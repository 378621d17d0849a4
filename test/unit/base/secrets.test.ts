import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  dataWithoutSecrets,
  holdsSecrets,
  lacksSecrets,
  shownLine,
  withoutSecrets,
} from '../../../src/base/secrets.ts';
import { readEnviron } from '../../../src/resolve/environ.ts';

describe('withoutSecrets', () => {
  it.each([
    ['http://builder:s3cret@host:8080/a', 'http://***@host:8080/a'],
    ['https://token@host/', 'https://***@host/'],
    ['see http://u:p%40ss@host/x, please', 'see http://***@host/x, please'],
    ["'http://u:p@s@host/'", "'http://***@host/'"],
    ['http://u:pa/ss@host/', 'http://***@host/'],
    ['http://u:p#ss@host/', 'http://***@host/'],
    ['/a,http://u:p@h/x,https://v:q@i/', '/a,http://***@h/x,https://***@i/'],
    ['https://host/repo?sig=abc&se=1,/b', 'https://host/repo?***,/b'],
    ['http_proxy=u:p@proxy:3128', 'http_proxy=***@proxy:3128'],
    ['A=1,https_proxy=http://u:p@proxy:3128', 'A=1,https_proxy=http://***@proxy:3128'],
    ["The exlist '/cwd/http:/u:p@h/ex' cannot be read", "The exlist '/cwd/http:/***@h/ex' cannot be read"],
    ['rpm:/a@b/x.rpm', 'rpm:/a@b/x.rpm'],
    ['ftp://[2001:db8::1]:21/x', 'ftp://[2001:db8::1]:21/x'],
    ['http://host:80/@scope/x', 'http://host:80/@scope/x'],
    ['mail root@host about file:///a/b', 'mail root@host about file:///a/b'],
  ])('%s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
    expect(withoutSecrets(shown)).toBe(shown);
  });

  it('never lets a password through, whatever is around it', () => {
    const word = fc.stringMatching(/^[!-~]{4,20}$/).filter((text) => !/[,*]/.test(text));
    const around = fc.stringMatching(/^[ -~]{0,20}$/).filter((text) => !/[@?]|\S$/.test(text));
    const place = fc.constantFrom('host/', 'host:8080/a/b', '[::1]:80/');
    fc.assert(
      fc.property(
        around,
        fc.constantFrom('http', 'https', 'ftp'),
        word,
        place,
        (before, scheme, password, at) => {
          // What can be a port, or a host, is taken for one.
          fc.pre(!/^\d*[/?#]|@.*[/?#]/.test(password));
          const shown = withoutSecrets(`${before}${scheme}://who:${encodeURIComponent(password)}@${at} end`);
          expect(shown).toBe(`${before}${scheme}://***@${at} end`);
          expect(withoutSecrets(`${scheme}://who:${password}@${at}`)).toBe(`${scheme}://***@${at}`);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('data loses its secrets at every depth, a proxy without http:// too', () => {
  const data = {
    url: 'http://u:p@h/',
    environment: { http_proxy: 'u:p@proxy:1', OTHER: 'a@b' },
    list: [{ words: ['all_proxy=u:p@proxy:1'] }],
    count: 3,
    none: null,
  };
  expect(dataWithoutSecrets(data)).toEqual({
    url: 'http://***@h/',
    environment: { http_proxy: '***@proxy:1', OTHER: 'a@b' },
    list: [{ words: ['all_proxy=***@proxy:1'] }],
    count: 3,
    none: null,
  });
});

test('the variables of an environvar lose theirs too', () => {
  const { variables } = readEnviron('http_proxy=http://u:p@h:1,A=1');
  expect({ ...dataWithoutSecrets({ variables }).variables }).toEqual({
    http_proxy: 'http://***@h:1',
    A: '1',
  });
});

test('what held a secret is known by what stands in its place', () => {
  for (const text of ['http://u:p@h/', 'https://h/?sig=1', 'http_proxy=u:p@h:1', 'a,http://t@h']) {
    expect(holdsSecrets(text), text).toBe(true);
    expect(lacksSecrets(text), text).toBe(false);
    expect(lacksSecrets(withoutSecrets(text)), text).toBe(true);
  }
  expect(lacksSecrets('/install/*,kernel*@x')).toBe(false);
});

test('a line for a message says how to get the whole one', () => {
  expect(shownLine('./genimage --srcdir /a x')).toBe('./genimage --srcdir /a x');
  expect(shownLine('./genimage --srcdir http://u:p@h/ x')).toMatch(/http:\/\/\*\*\*@h\/ x\n.*--dryrun/);
});
