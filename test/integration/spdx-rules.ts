import { Ajv } from 'ajv';
import formats from 'ajv-formats';

const text = { type: 'string', minLength: 1 } as const;
const id = { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' } as const;
const license = { type: 'string', pattern: '^[A-Za-z0-9.+() -]+$' } as const;
const checksums = {
  type: 'array',
  items: object(
    {
      algorithm: { enum: ['SHA1', 'SHA256'] },
      checksumValue: { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' },
    },
    ['algorithm', 'checksumValue'],
  ),
} as const;

function object(properties: Readonly<Record<string, unknown>>, required: readonly string[]) {
  return { type: 'object', additionalProperties: false, properties, required };
}

/**
 * The parts of SPDX 2.3 that we write, after its specification (clauses 6 to 11), in the words of JSON Schema.
 * Not the official schema.
 */
const schema = object(
  {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: text,
    documentNamespace: { type: 'string', format: 'uri', pattern: '^[^#]+$' },
    creationInfo: object(
      {
        created: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
        creators: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^(Tool|Person|Organization): ' },
        },
      },
      ['created', 'creators'],
    ),
    packages: {
      type: 'array',
      items: object(
        {
          ...{
            SPDXID: id,
            name: text,
            versionInfo: text,
            packageFileName: text,
            summary: text,
            comment: text,
          },
          ...{
            checksums,
            sourceInfo: text,
            copyrightText: text,
            licenseConcluded: license,
            licenseDeclared: license,
          },
          supplier: { type: 'string', pattern: '^(NOASSERTION|(Person|Organization): .+)$' },
          homepage: { type: 'string', format: 'uri' },
          downloadLocation: { const: 'NOASSERTION' },
          filesAnalyzed: { const: false },
          primaryPackagePurpose: { enum: ['OPERATING-SYSTEM'] },
          externalRefs: {
            type: 'array',
            items: object(
              {
                referenceCategory: { const: 'PACKAGE-MANAGER' },
                referenceType: { const: 'purl' },
                referenceLocator: { type: 'string', pattern: '^pkg:(rpm|deb)/' },
              },
              ['referenceCategory', 'referenceType', 'referenceLocator'],
            ),
          },
        },
        ['SPDXID', 'name', 'downloadLocation'],
      ),
    },
    files: {
      type: 'array',
      items: object(
        {
          ...{ SPDXID: id, comment: text, copyrightText: text, licenseConcluded: license },
          fileName: { type: 'string', pattern: '^\\./' },
          checksums: {
            ...checksums,
            minItems: 1,
            contains: { type: 'object', properties: { algorithm: { const: 'SHA1' } } },
          },
        },
        ['SPDXID', 'fileName', 'checksums'],
      ),
    },
    relationships: {
      type: 'array',
      items: object(
        {
          spdxElementId: id,
          relatedSpdxElement: id,
          relationshipType: { enum: ['DESCRIBES', 'CONTAINS', 'DEPENDS_ON'] },
        },
        ['spdxElementId', 'relatedSpdxElement', 'relationshipType'],
      ),
    },
    hasExtractedLicensingInfos: {
      type: 'array',
      items: object(
        {
          licenseId: { type: 'string', pattern: '^LicenseRef-[A-Za-z0-9.-]+$' },
          name: text,
          extractedText: text,
        },
        ['licenseId', 'extractedText'],
      ),
    },
  },
  ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo'],
);

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

interface Document {
  readonly packages: readonly { readonly SPDXID: string; readonly licenseDeclared?: string }[];
  readonly files: readonly { readonly SPDXID: string }[];
  readonly relationships: readonly { readonly spdxElementId: string; readonly relatedSpdxElement: string }[];
  readonly hasExtractedLicensingInfos: readonly { readonly licenseId: string }[];
}

/** What is wrong with an SPDX document: its shape, ids that are there twice or nowhere. */
export function spdxProblems(document: Document): string[] {
  validate(document);
  const shape = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
  const ids = ['SPDXRef-DOCUMENT', ...[...document.packages, ...document.files].map(({ SPDXID }) => SPDXID)];
  const twice = ids.filter((one, index) => ids.indexOf(one) !== index);
  const used = document.relationships.flatMap(({ spdxElementId, relatedSpdxElement }) => [
    spdxElementId,
    relatedSpdxElement,
  ]);
  const licenses = new Set(document.hasExtractedLicensingInfos.map(({ licenseId }) => licenseId));
  const declared = document.packages.map(({ licenseDeclared = '' }) => licenseDeclared);
  return [
    ...shape,
    ...twice.map((one) => `${one} is there twice`),
    ...used.filter((one) => !ids.includes(one)).map((one) => `${one} is nowhere`),
    ...declared
      .filter((one) => one.startsWith('LicenseRef-') && !licenses.has(one))
      .map((one) => `${one} is nowhere`),
  ];
}
