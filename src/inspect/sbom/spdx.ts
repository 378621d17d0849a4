import { createHash } from 'node:crypto';
import { type Bill, type BilledFile, type BilledPackage, billUuid } from './bill.ts';
import { isLicenseExpression } from './license-words.ts';

const noAssertion = 'NOASSERTION';

/** The bill as SPDX 2.3 in JSON; the same bytes for the same bill. `version` is that of rootimg. */
export function spdxText(bill: Bill, version: string): string {
  const { image, packed } = bill;
  const subject = 'SPDXRef-Image';
  const extracted = new Map<string, string>();
  const packages = bill.packages.map((one) => spdxPackage(one, extracted));
  const relations = bill.packages.flatMap(({ id, needs }) => [
    relation(subject, 'CONTAINS', packageRef(id)),
    ...needs.map((needed) => relation(packageRef(id), 'DEPENDS_ON', packageRef(needed))),
  ]);
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: image.name,
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(image.name)}-${billUuid(bill)}`,
    creationInfo: {
      created: bill.created.toISOString().replace(/\.\d+Z$/, 'Z'),
      creators: [`Tool: rootimg-${version}`],
    },
    packages: [
      {
        ...{ SPDXID: subject, name: image.name, downloadLocation: noAssertion, filesAnalyzed: false },
        ...{
          primaryPackagePurpose: 'OPERATING-SYSTEM',
          versionInfo: packed?.uuid ?? bill.created.toISOString(),
        },
        ...(packed && {
          packageFileName: packed.file,
          checksums: [{ algorithm: 'SHA256', checksumValue: packed.sha256 }],
        }),
        comment: `${image.osvers} ${image.arch} ${image.profile}`,
      },
      ...packages,
    ],
    files: bill.files.map(spdxFile),
    relationships: [
      relation('SPDXRef-DOCUMENT', 'DESCRIBES', subject),
      ...relations,
      ...bill.files.map((file) => relation(subject, 'CONTAINS', fileRef(file))),
    ],
    hasExtractedLicensingInfos: [...extracted]
      .map(([words, licenseId]) => ({ licenseId, name: words, extractedText: words }))
      .sort((a, b) => (a.licenseId < b.licenseId ? -1 : 1)),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function spdxPackage(
  { id, contents, license, purl, askedBy }: BilledPackage,
  extracted: Map<string, string>,
) {
  const { name, version, vendor, url, source, digest, summary, size, type } = contents;
  const said = [
    ...askedBy.map((line) => `asked by ${line}`),
    `${size} bytes installed`,
    ...(digest === undefined ? [] : [`${type} record SHA-256: ${digest}`]),
  ];
  return {
    ...{
      SPDXID: packageRef(id),
      name,
      versionInfo: version,
      downloadLocation: noAssertion,
      filesAnalyzed: false,
    },
    supplier: vendor === undefined ? noAssertion : `Organization: ${vendor}`,
    ...(url === undefined || !URL.canParse(url) ? {} : { homepage: url }),
    ...(summary === undefined ? {} : { summary }),
    ...(source === undefined ? {} : { sourceInfo: `built from ${source}` }),
    licenseConcluded: noAssertion,
    licenseDeclared: declared(license, extracted),
    copyrightText: noAssertion,
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
    comment: said.join('; '),
  };
}

/** An expression as it is; other words get an id of their own, under which the document has them. */
function declared(license: string | undefined, extracted: Map<string, string>): string {
  if (license === undefined || license === '') return noAssertion;
  if (isLicenseExpression(license)) return license;
  const known = extracted.get(license) ?? `LicenseRef-${short(license)}`;
  extracted.set(license, known);
  return known;
}

function spdxFile(file: BilledFile) {
  return {
    SPDXID: fileRef(file),
    fileName: `.${file.path}`,
    checksums: [
      { algorithm: 'SHA1', checksumValue: file.sha1 },
      { algorithm: 'SHA256', checksumValue: file.sha256 },
    ],
    ...{ licenseConcluded: noAssertion, copyrightText: noAssertion },
    comment: `${file.isModule ? 'kernel module' : 'file'} of no package, ${file.size} bytes`,
  };
}

function relation(spdxElementId: string, relationshipType: string, relatedSpdxElement: string) {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

/** Ids hold letters, digits, `.` and `-` alone; the digest keeps apart what is else the same then. */
function packageRef(id: string): string {
  return `SPDXRef-Package-${id.replace(/[^A-Za-z0-9.-]/g, '-')}-${short(id).slice(0, 8)}`;
}

function fileRef({ path }: BilledFile): string {
  return `SPDXRef-File-${short(path)}`;
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
