import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shells, FakeNode } from './fake-node.ts';

let node: FakeNode;
beforeEach(() => {
  node = new FakeNode();
});
afterEach(() => node.remove());

describe.each(shells)('a broken transfer under %s', (shell) => {
  /**
   * A curl that opens the file for headers before it connects, as the real one does, and ends with this
   * status.
   */
  const fetch = (status: number, headers = '', body = '') => {
    node.file('answer', headers.replaceAll('\n', '\r\n'));
    node.tool(
      'curl',
      `echo "$*" >> "$NODE/curl"
       while [ $# -gt 0 ]; do
         case $1 in --output) out=$2 ;; --dump-header) cat "$NODE/answer" > "$2" ;; esac
         shift
       done
       [ -z "$out" ] || exec >> "$out"
       printf '%s' '${body}'
       exit ${status}`,
    );
    const run = node.run(
      shell,
      '. "$rootimg_lib/lib.sh"; . "$rootimg_lib/fetch.sh"; rootimg_fetch http://a/r.sfs "$NODE/tmp/image"',
    );
    expect(run).toMatchObject({ status: status === 0 ? 0 : 1, stdout: '', stderr: '' });
  };
  const part = () => node.read('tmp/image');
  const validator = () => node.read('tmp/image.validator');
  const ok = (tag: string) => `HTTP/1.1 200 OK\nETag: ${tag}\n\n`;

  it('is completed after a refused try and a 503', () => {
    fetch(18, ok('"1"'), 'packed ');
    fetch(7);
    fetch(22, 'HTTP/1.1 503 Service Unavailable\nETag: "error page"\n\n');
    expect([part(), validator()]).toEqual(['packed ', '"1"\n']);
    fetch(0, 'HTTP/1.1 206 Partial Content\nContent-Range: bytes 7-10/11\n\n', 'root');
    expect([part(), validator()]).toEqual(['packed root', '"1"\n']);
    const tries = node.read('curl')?.trim().split('\n') ?? [];
    expect(tries).toHaveLength(4);
    for (const one of tries.slice(1)) expect(one).toContain('--continue-at 7 --header If-Range: "1" ');
  });

  it.each([404, 500, 502, 503])('keeps what has come when a try gets %i', (answer) => {
    fetch(18, ok('"1"'), 'packed ');
    fetch(22, `HTTP/1.1 ${answer} Sorry\n\n`);
    expect([part(), validator()]).toEqual(['packed ', '"1"\n']);
  });

  it('begins anew when the server has no such range', () => {
    fetch(18, ok('"1"'), 'packed ');
    fetch(22, 'HTTP/1.1 302 Found\n\nHTTP/1.1 416 Range Not Satisfiable\n\n');
    expect(part()).toBeUndefined();
  });

  it('is not completed as the file of an earlier answer when the last one does not tell which it was', () => {
    fetch(18, ok('"1"'), 'packed ');
    fetch(33, ok('"2"'));
    fetch(18, 'HTTP/1.1 302 Found\nETag: "page"\n\nHTTP/1.1 200 OK\nETag: W/"3"\n\n', 'other ');
    expect([part(), validator()]).toEqual(['other ', undefined]);
    fetch(0, ok('"4"'), 'packed root');
    expect([part(), validator()]).toEqual(['packed root', '"4"\n']);
  });

  it('is known by its date where there is no strong tag', () => {
    const date = 'Mon, 02 Jan 2023 04:05:06 GMT';
    fetch(18, `HTTP/2 200\netag: W/"1"\nlast-modified: ${date}\n\n`, 'packed ');
    expect(validator()).toBe(`${date}\n`);
  });
});
