import { describe, expect, it } from 'vitest';
import type { Bill, BilledPackage } from '../../../../src/inspect/sbom/bill.ts';
import { cyclonedxText } from '../../../../src/inspect/sbom/cyclonedx.ts';
import { spdxText } from '../../../../src/inspect/sbom/spdx.ts';
import type { PackageContents } from '../../../../src/packages/package-contents.ts';

function billed(
  id: string,
  license: string | undefined,
  needs: string[] = [],
  url = 'https://x.example/',
): BilledPackage {
  const contents: PackageContents = {
    ...{
      type: 'rpm',
      name: id.split('-')[0] ?? '',
      version: '1-1',
      arch: 'x86_64',
      size: 5,
      summary: 'It does',
    },
    ...{ vendor: undefined, url, source: 'x.src.rpm', digest: 'ab' },
    ...{ provides: [], requires: [], recommends: [], files: () => [] },
  };
  return { id, contents, license, purl: `pkg:rpm/rocky/${id}`, askedBy: ['a.pkglist:3: x'], needs };
}

const bill: Bill = {
  image: { name: 'compute node', osvers: 'rocky9', arch: 'x86_64', profile: 'compute' },
  packed: { file: 'rootimg.sfs', sha256: 'f'.repeat(64), uuid: '11111111-2222-5333-8444-555555555555' },
  created: new Date('2024-01-02T03:04:05.678Z'),
  packages: [
    billed('bash-1', 'GPL-3.0-or-later', ['glibc+2', 'gone']),
    billed('glibc+2', 'Site License 1.0', [], 'no address'),
    billed('glibc-2', 'Site License 1.0'),
    billed('none-1', undefined),
  ],
  files: [
    { path: '/opt/a', size: 3, sha256: 'a'.repeat(64), sha1: 'b'.repeat(40), isModule: false },
    { path: '/lib/x.ko', size: 4, sha256: 'c'.repeat(64), sha1: 'd'.repeat(40), isModule: true },
  ],
};

describe('spdxText', () => {
  const text = spdxText(bill, '1.0');
  const document = JSON.parse(text);

  it('has ids of the letters that SPDX allows, each once', () => {
    const ids: string[] = [...document.packages, ...document.files].map((one) => one.SPDXID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
    expect(document.documentNamespace).toMatch(/\/compute%20node-[0-9a-f-]{36}$/);
  });

  it('relates only what the document has, but for a need that the bill does not', () => {
    const ids = new Set([
      'SPDXRef-DOCUMENT',
      ...[...document.packages, ...document.files].map((one) => one.SPDXID),
    ]);
    const loose = document.relationships.filter(
      (one: { relatedSpdxElement: string }) => !ids.has(one.relatedSpdxElement),
    );
    expect(loose.map((one: { relationshipType: string }) => one.relationshipType)).toEqual(['DEPENDS_ON']);
  });

  it('declares expressions as they are, other words once under an id of their own', () => {
    const declared = document.packages
      .slice(1)
      .map((one: { licenseDeclared: string }) => one.licenseDeclared);
    expect(declared[0]).toBe('GPL-3.0-or-later');
    expect(declared[1]).toMatch(/^LicenseRef-[0-9a-f]{16}$/);
    expect([declared[2], declared[3]]).toEqual([declared[1], 'NOASSERTION']);
    expect(document.hasExtractedLicensingInfos).toEqual([
      { licenseId: declared[1], name: 'Site License 1.0', extractedText: 'Site License 1.0' },
    ]);
  });

  it('has whole seconds, no address that is none, and is the same for the same bill', () => {
    expect(document.creationInfo.created).toBe('2024-01-02T03:04:05Z');
    expect(document.packages.map((one: { homepage?: string }) => one.homepage)).toEqual([
      ...[undefined, 'https://x.example/', undefined, 'https://x.example/', 'https://x.example/'],
    ]);
    expect(spdxText(bill, '1.0')).toBe(text);
  });
});

describe('cyclonedxText', () => {
  const text = cyclonedxText(bill, '1.0');
  const document = JSON.parse(text);
  const component = (name: string) => document.components.find((one: { name: string }) => one.name === name);

  it('has packages, files and drivers as what they are', () => {
    expect(document.specVersion).toBe('1.6');
    expect(component('bash')).toMatchObject({ type: 'library', purl: 'pkg:rpm/rocky/bash-1' });
    expect(component('/opt/a').type).toBe('file');
    expect(component('/lib/x.ko').type).toBe('device-driver');
    expect(document.metadata.component).toMatchObject({ name: 'compute node', version: bill.packed?.uuid });
  });

  it('says who needs whom, of those that are there', () => {
    const needing = document.dependencies.find((one: { ref: string }) => one.ref === 'package:bash-1');
    expect(needing.dependsOn).toEqual(['package:glibc+2']);
  });

  it('names licences by id, expression or words', () => {
    expect(component('bash').licenses).toEqual([
      { license: expect.objectContaining({ id: 'GPL-3.0-or-later' }) },
    ]);
    expect(component('glibc+2').licenses[0].license.name).toBe('Site License 1.0');
    expect(component('none').licenses).toBeUndefined();
  });

  it('is the same for the same bill', () => {
    expect(cyclonedxText(bill, '1.0')).toBe(text);
  });
});
