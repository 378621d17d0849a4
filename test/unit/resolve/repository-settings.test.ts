import { expect, test } from 'vitest';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import type { Repository } from '../../../src/plan/build-plan.ts';
import {
  readRepositorySettings,
  withConfigured,
  withSettings,
  writeRepositorySettings,
} from '../../../src/resolve/repository-settings.ts';

const repository = (url: string): Repository => ({ id: 'pkgdir-0', url, from: 'pkgdir' });

test('what is written is read back, whatever the address holds', () => {
  const settings = [
    { address: 'https://server/a b,c%20d', gpgcheck: false, sslcacert: '/etc/my ca,x.pem' },
    { address: '/install/post/otherpkgs', gpgcheck: true, sslcacert: undefined },
  ];
  const text = writeRepositorySettings(settings);
  expect(text).toBe(
    'https://server/a%20b%2Cc%2520d gpgcheck=no sslcacert=/etc/my%20ca%2Cx.pem,/install/post/otherpkgs',
  );
  expect(readRepositorySettings(text, '/')).toEqual({ settings, problems: [] });
});

test('relative paths are relative to the caller, and an unknown word is a problem', () => {
  const { settings, problems } = readRepositorySettings(
    'site sslcacert=ca.pem, http://s gpgcheck=maybe',
    '/here',
  );
  expect(settings[0]).toEqual({ address: '/here/site', gpgcheck: true, sslcacert: '/here/ca.pem' });
  expect(problems.map(({ message }) => message)).toEqual(["--repository does not know 'gpgcheck=maybe'."]);
});

test('a setting holds at its address and below, and the last one that fits counts', () => {
  const { settings } = readRepositorySettings(
    '/install/site gpgcheck=no,https://s/x/ sslcacert=/ca,https://s/x/y gpgcheck=no',
    '/',
  );
  const found = (url: string) => withSettings(repository(url), settings, false);
  expect(found('file:///install/site/deep')).toMatchObject({ unchecked: 'gpgcheck: no' });
  expect(found('file:///install/site2')).toEqual(repository('file:///install/site2'));
  expect(found('https://s/x')).toEqual({ ...repository('https://s/x'), sslcacert: '/ca' });
  expect(found('https://who:p%40@s/x/y/z?sig=1')).toMatchObject({ unchecked: 'gpgcheck: no' });
  expect(found('https://s/x/y/z')).toMatchObject({ unchecked: 'gpgcheck: no' });
  expect(withSettings(repository('file:///a'), settings, true).unchecked).toBe('--no-gpgcheck');
});

test('the configuration comes before the options, and nothing said is nothing changed', () => {
  expect(withConfigured(emptyRequest(), {})).toEqual(emptyRequest());
  const request = { ...emptyRequest(), gpgkeys: '/b', repositorysettings: '/r gpgcheck=yes' };
  const config = { keys: ['/a'], repositories: [{ url: '/r', gpgcheck: false }] };
  expect(withConfigured(request, config)).toMatchObject({
    gpgkeys: '/a,/b',
    repositorysettings: '/r gpgcheck=no,/r gpgcheck=yes',
  });
});
