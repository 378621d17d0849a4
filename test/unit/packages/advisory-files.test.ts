import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { advisoryText, updateinfoOf } from '../../../src/packages/advisory-files.ts';
import { repositoryAdvisories } from '../../../src/packages/repository-advisories.ts';
import type { Repository } from '../../../src/plan/build-plan.ts';
import { useFolder } from '../../lib/folder.ts';
import { aPlan } from '../genimage/a-plan.ts';

const folder = useFolder();
let server: Server | undefined;
afterEach(() => server?.close());

const text = '<updates/>';
const packed = gzipSync(text);
const entry = (location: string, digest: string) =>
  `<repomd><data type="primary"><location href="no"/></data><data type="updateinfo"><checksum type="sha256">${digest}</checksum><location href="${location}"/></data></repomd>`;
const index = entry('repodata/u.xml.gz', createHash('sha256').update(packed).digest('hex'));

function repositoryAt(url: string): Repository {
  return { id: 'r', url, from: 'pkgdir' } as Repository;
}

/** A repository on this host with these files. */
async function local(files: Readonly<Record<string, string | Uint8Array>>): Promise<Repository> {
  for (const [name, content] of Object.entries(files)) await folder.file(`repo/repodata/${name}`, content);
  return repositoryAt(pathToFileURL(`${folder.path}/repo`).href);
}

const read = (repository: Repository) => updateinfoOf(aPlan(), repository);

describe('updateinfoOf', () => {
  it('reads what repomd.xml means, of this host and of a web server', async () => {
    expect(await read(await local({ 'repomd.xml': index, 'u.xml.gz': packed }))).toEqual({ text });
    const files: Readonly<Record<string, string | Buffer>> = {
      '/r/repodata/repomd.xml': index,
      '/r/repodata/u.xml.gz': packed,
    };
    server = createServer((request, response) => response.end(files[request.url ?? ''] ?? '')).listen(0);
    const { port } = server.address() as AddressInfo;
    expect(await read(repositoryAt(`http://127.0.0.1:${port}/r`))).toEqual({ text });
  });

  it.each<[string, Record<string, string | Uint8Array>, string]>([
    ['no repomd.xml', {}, 'its repomd.xml cannot be had'],
    ['one without it', { 'repomd.xml': '<repomd/>' }, 'it carries no updateinfo'],
    ['one that is cut off', { 'repomd.xml': index.slice(0, -20) }, 'it carries no updateinfo'],
    ['no file', { 'repomd.xml': index }, 'its repodata/u.xml.gz cannot be had'],
    [
      'another file',
      { 'repomd.xml': index, 'u.xml.gz': gzipSync('other') },
      'its repodata/u.xml.gz is not the one that its repomd.xml means',
    ],
    [
      'a way out',
      { 'repomd.xml': entry('repodata/../../../etc/passwd', '0'.repeat(64)) },
      'its repomd.xml leads out of it: repodata/../../../etc/passwd',
    ],
  ])('%s', async (_, files, why) => {
    expect(await read(await local(files))).toEqual({ why });
  });
});

describe('advisoryText', () => {
  it('unpacks by the end of the name, and names what cannot be read', async () => {
    expect(await advisoryText(await folder.file('a.gz', packed))).toBe(text);
    expect(await advisoryText(await folder.file('a', text))).toBe(text);
    await expect(advisoryText(`${folder.path}/none`)).rejects.toMatchObject({
      code: 'advisories-unreadable',
    });
    for (const end of ['gz', 'xz', 'zst', 'bz2']) {
      const damaged = await folder.file(`a.${end}`, 'not packed');
      await expect(advisoryText(damaged)).rejects.toMatchObject({ code: 'advisories-unreadable' });
    }
  });
});

describe('repositoryAdvisories', () => {
  it('those of all that carry any; of the others why there are none', async () => {
    const good = await local({ 'repomd.xml': index, 'u.xml.gz': packed });
    const none = repositoryAt('file:///nowhere');
    expect(await repositoryAdvisories(aPlan({ repositories: [good, none] }))).toEqual({
      advisories: [],
      notRead: [{ what: 'advisories of file:///nowhere', why: 'its repomd.xml cannot be had' }],
    });
    const damaged = gzipSync('<updates><update><id>A</id>');
    const cut = entry('repodata/u.xml.gz', createHash('sha256').update(damaged).digest('hex'));
    const found = await repositoryAdvisories(
      aPlan({ repositories: [await local({ 'repomd.xml': cut, 'u.xml.gz': damaged })] }),
    );
    expect(found.notRead).toMatchObject([{ why: 'The updateinfo ends within the advisory A.' }]);
  });

  it('repositories of deb packages carry none', async () => {
    const { image } = aPlan();
    const { notRead } = await repositoryAdvisories(
      aPlan({ image: { ...image, family: 'debian', osvers: 'debian12' } }),
    );
    expect(notRead).toMatchObject([
      { what: 'advisories', why: expect.stringContaining('--advisories=FILE') },
    ]);
  });
});
