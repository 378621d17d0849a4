import { ComponentType, ExternalReferenceType, HashAlgorithm } from '@cyclonedx/cyclonedx-library/Enums';
import {
  Bom,
  Component,
  ExternalReference,
  ExternalReferenceRepository,
  HashDictionary,
  LicenseExpression,
  LicenseRepository,
  Metadata,
  NamedLicense,
  OrganizationalEntity,
  Property,
  PropertyRepository,
  SpdxLicense,
  Tools,
} from '@cyclonedx/cyclonedx-library/Models';
import { JSON as BomJson, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { isSupportedSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';
import { type Bill, type BilledFile, type BilledPackage, billUuid } from './bill.ts';
import { isLicenseExpression } from './license-words.ts';

/** The bill as CycloneDX 1.6 in JSON; the same bytes for the same bill. `version` is that of rootimg. */
export function cyclonedxText(bill: Bill, version: string): string {
  const { image, packed } = bill;
  const subject = new Component(ComponentType.OperatingSystem, image.name, {
    bomRef: 'image',
    version: packed?.uuid ?? bill.created.toISOString(),
    ...(packed && { hashes: new HashDictionary([[HashAlgorithm['SHA-256'], packed.sha256]]) }),
    properties: properties({ osvers: [image.osvers], arch: [image.arch], profile: [image.profile] }),
  });
  const components = new Map(bill.packages.map((one) => [one.id, packageComponent(one)]));
  for (const { id, needs } of bill.packages) {
    const needing = components.get(id);
    for (const needed of needs) {
      const ref = components.get(needed)?.bomRef;
      if (ref !== undefined) needing?.dependencies.add(ref);
    }
  }
  for (const component of components.values()) subject.dependencies.add(component.bomRef);
  const bom = new Bom({
    serialNumber: `urn:uuid:${billUuid(bill)}`,
    metadata: new Metadata({ timestamp: bill.created, component: subject, tools: new Tools() }),
  });
  bom.metadata.tools.components.add(new Component(ComponentType.Application, 'rootimg', { version }));
  for (const component of components.values()) bom.components.add(component);
  for (const file of bill.files) bom.components.add(fileComponent(file));
  const serializer = new JsonSerializer(new BomJson.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function packageComponent({ id, contents, license, purl, askedBy }: BilledPackage): Component {
  const { name, version, vendor, url, source, digest, summary, size } = contents;
  const component = new Component(ComponentType.Library, name, {
    ...{ bomRef: `package:${id}`, version, purl },
    ...(summary === undefined ? {} : { description: summary }),
    ...(vendor === undefined ? {} : { supplier: new OrganizationalEntity({ name: vendor }) }),
    ...(license === undefined ? {} : { licenses: licenses(license) }),
    properties: properties({
      ...{ 'asked-by': askedBy, size: [String(size)] },
      ...(source === undefined ? {} : { source: [source] }),
      ...(digest === undefined ? {} : { [`${contents.type}-sha256`]: [digest] }),
    }),
  });
  if (url !== undefined && URL.canParse(url)) {
    const website = new ExternalReference(url, ExternalReferenceType.Website);
    component.externalReferences = new ExternalReferenceRepository([website]);
  }
  return component;
}

function licenses(words: string): LicenseRepository {
  if (isSupportedSpdxId(words)) return new LicenseRepository([new SpdxLicense(words)]);
  if (isLicenseExpression(words)) return new LicenseRepository([new LicenseExpression(words)]);
  return new LicenseRepository([new NamedLicense(words)]);
}

function fileComponent({ path, sha256, sha1, size, isModule }: BilledFile): Component {
  return new Component(isModule ? ComponentType.DeviceDriver : ComponentType.File, path, {
    bomRef: `file:${path}`,
    hashes: new HashDictionary([
      [HashAlgorithm['SHA-1'], sha1],
      [HashAlgorithm['SHA-256'], sha256],
    ]),
    properties: properties({ size: [String(size)] }),
  });
}

function properties(values: Readonly<Record<string, readonly string[]>>): PropertyRepository {
  return new PropertyRepository(
    Object.entries(values).flatMap(([name, list]) =>
      list.map((value) => new Property(`rootimg:${name}`, value)),
    ),
  );
}
