import { expect, it } from 'vitest';
import { cmsArgv, dgstArgv, gpgArgv, hidePins } from '../../../src/sign/openssl.ts';

const uri = 'pkcs11:token=t;object=o';

it('says to openssl how a key is reached', () => {
  expect(dgstArgv('file', '/k', '/f', '/o').join(' ')).toBe('openssl dgst -sha256 -sign /k -out /o /f');
  expect(dgstArgv('engine', uri, '/f', '/o').join(' ')).toBe(
    `openssl dgst -sha256 -engine pkcs11 -keyform engine -sign ${uri} -out /o /f`,
  );
  expect(dgstArgv('provider', uri, '/f', '/o').join(' ')).toBe(
    `openssl dgst -sha256 -provider pkcs11 -provider default -sign ${uri} -out /o /f`,
  );
});

it('signs for iPXE without attributes, and with the certificates between where there are any', () => {
  expect(cmsArgv('file', '/k', { certificate: '/c' }, '/f', '/o').join(' ')).toBe(
    'openssl cms -sign -binary -noattr -md sha256 -outform DER -signer /c -inkey /k -in /f -out /o',
  );
  expect(cmsArgv('file', '/k', { certificate: '/c', issuers: '/i' }, '/f', '/o')).toContain('-certfile');
});

it('no name of a file is an option of gpg', () => {
  expect(gpgArgv('k', '-f', '/o').slice(-2)).toEqual(['--', '-f']);
});

it('hides every PIN', () => {
  expect(hidePins(`a ${uri};pin-value=12%334;x=y ${uri}?PIN-VALUE=5&z "pin-value=6"`)).toBe(
    `a ${uri};pin-value=…;x=y ${uri}?PIN-VALUE=…&z "pin-value=…"`,
  );
});
