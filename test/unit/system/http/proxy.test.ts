import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../../../src/system/http/proxy.ts';

const all = {
  http_proxy: 'p-http',
  HTTP_PROXY: 'never',
  HTTPS_PROXY: 'p-https',
  all_proxy: 'p-all',
};

describe('the proxy that curl takes', () => {
  it.each([
    ['http://host/', all, 'p-http'],
    ['https://host/', all, 'p-https'],
    ['https://host/', { ...all, https_proxy: 'lower' }, 'lower'],
    ['ftp://host/', all, 'p-all'],
    ['http://host/', { HTTP_PROXY: 'never' }, undefined],
    ['http://host/', { http_proxy: '', ALL_PROXY: 'upper' }, 'upper'],
    ['http://host/', { http_proxy: 'x', no_proxy: '*' }, undefined],
    ['http://a.site.org/', { http_proxy: 'x', no_proxy: 'other, site.org' }, undefined],
    ['http://a.site.org/', { http_proxy: 'x', NO_PROXY: '.site.org' }, undefined],
    ['http://SITE.org./', { http_proxy: 'x', no_proxy: 'site.ORG' }, undefined],
    ['http://mysite.org/', { http_proxy: 'x', no_proxy: 'site.org' }, 'x'],
    ['http://10.1.2.3/', { http_proxy: 'x', no_proxy: '10.0.0.0/8' }, undefined],
    ['http://11.1.2.3/', { http_proxy: 'x', no_proxy: '10.0.0.0/8 11.1.2' }, 'x'],
    ['http://[fd00::1]/', { http_proxy: 'x', no_proxy: '[fd00::1]' }, undefined],
    ['http://[fd00::1]/', { http_proxy: 'x', no_proxy: 'fd00::/8' }, undefined],
    ['http://10.1.2.3/', { http_proxy: 'x', no_proxy: '10.0.0.0/99,nonsense/' }, 'x'],
  ])('%s with %o: %s', (url, environment, proxy) => {
    expect(proxyFor(new URL(url), environment)).toBe(proxy);
  });
});
