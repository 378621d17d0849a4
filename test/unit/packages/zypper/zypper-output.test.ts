import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  emptyZypperReport,
  readZypperElement,
  type ZypperStep,
} from '../../../../src/packages/zypper/zypper-output.ts';
import { type XmlElement, xmlReader } from '../../../../src/packages/zypper/zypper-xml.ts';

function elementsOf(lines: readonly string[]): XmlElement[] {
  const found: XmlElement[] = [];
  const read = xmlReader((element) => found.push(element));
  for (const line of lines) read(line);
  return found;
}

function reportOf(text: string) {
  const report = emptyZypperReport();
  const steps: ZypperStep[] = [];
  for (const element of elementsOf(text.split('\n'))) {
    const step = readZypperElement(element, report);
    if (step !== undefined) steps.push(step);
  }
  return { ...report, steps };
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

test('texts and attributes come through as they were, cut into lines anywhere', () => {
  const words = fc.string({ unit: fc.constantFrom(...'ab <>&"\'\n;#x0') });
  fc.assert(
    fc.property(words, words, (text, value) => {
      const xml = `<stream><message type="${escaped(value)}">${escaped(text)}</message></stream>`;
      const found = elementsOf(xml.split('\n')).find(({ name }) => name === 'message');
      expect(found?.attributes['type']).toBe(value);
      expect(found?.text).toBe(text);
      expect(found?.within).toEqual(['stream']);
    }),
  );
});

test('whatever is printed in between, the reader goes on', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      const found = elementsOf(['<stream>', ...lines, '', '</stream>', '<message type="x">y</message>']);
      expect(found.at(-1)).toBeDefined();
    }),
  );
});

test('names that nobody has', () => {
  const text = `<message type="error">No provider of &apos;nosuch&apos; found.</message>
<message type="error">Package &apos;plain-7&apos; not found.</message>
<message type="error">No provider of &apos;pattern() = none&apos; found.</message>`;
  expect(reportOf(text).missing).toEqual(['nosuch', 'plain-7', 'pattern() = none']);
});

test('a conflict in the words of zypper, with the ways out', () => {
  const { conflicts } = reportOf(`<prompt id="1">
<description>Problem: needs-1-1.noarch requires vend = 2, but this requirement cannot be provided
 Solution 1: install vend-2-1.noarch (with vendor change)
  SUSE  --&gt;  Other
</description>
<text>Choose from above solutions by number or cancel</text></prompt>`);
  expect(conflicts).toEqual([
    expect.stringMatching(/^Problem: needs-1-1.*\n Solution 1: .*\n {2}SUSE {2}--> {2}Other$/s),
  ]);
});

test('a licence with its text; what was agreed to', () => {
  const { licences, agreed } =
    reportOf(`<message type="info">In order to install &apos;lic&apos;, you must agree to terms of the following license agreement:

You must &lt;give&gt; us all.
Second line.
</message>
<message type="info">Automatically agreeing with lic package license.</message>`);
  expect(licences).toEqual([{ name: 'lic', text: 'You must <give> us all.\nSecond line.' }]);
  expect(agreed).toEqual(['lic']);
});

test('signatures of packages and of metadata', () => {
  const { untrusted, unreachable } =
    reportOf(`<message type="error">a-1-1.noarch (pkgdir-0): Signature verification failed [6-File is unsigned]</message>
<message type="error">Error building the cache:
[pkgdir-1|file:/x] Valid metadata not found at specified URL
History:
 - Signature verification failed for repomd.xml
 - Can&apos;t provide /repodata/repomd.xml

</message>`);
  expect(untrusted).toEqual([
    'a-1-1.noarch: Signature verification failed [6-File is unsigned]',
    'metadata of pkgdir-1: Signature verification failed for repomd.xml',
  ]);
  expect(unreachable.size).toBe(0);
});

test('scripts that failed, with what they said and without the words of the host', () => {
  const { scriptlets } = reportOf(`<message type="info">Additional rpm output:
rpm: RPM should not be used directly install RPM packages, use Alien instead!
rpm: However assuming you know what you are doing...
it fails on purpose
warning: %post(a-1-1.noarch) scriptlet failed, exit status 1

</message>`);
  expect(scriptlets).toEqual([
    { what: '%post of a-1-1.noarch: exit status 1', output: ['it fails on purpose'] },
  ]);
});

test('two packages with the same file, and a disk that is full', () => {
  const { fileConflicts, full } = reportOf(`<fileconflicts size="1"><fileconflict>
<lhs><file>/usr/share/a</file><checksum/><solvable><kind>package</kind><name>one</name><edition version="1"/></solvable></lhs>
<rhs><file>/usr/share/a</file><checksum type="md5">48</checksum><solvable><kind>package</kind><name>two</name></solvable></rhs></fileconflict>
</fileconflicts>
<message type="error">Installation of big-1-1.noarch failed:
Error: Subprocess failed. Error: RPM failed: 
	installing package big-1-1.noarch needs 24MB more space on the / filesystem
</message>`);
  expect(fileConflicts).toEqual(['/usr/share/a of one and two']);
  expect(full).toEqual(['installing package big-1-1.noarch needs 24MB more space on the / filesystem']);
});

test('steps for a bar, and what a run would touch', () => {
  const { steps, touched } = reportOf(`<install-summary><to-install>
<solvable type="package" name="bash" edition="5" arch="x86_64" summary="a &gt; b"><description>x</description></solvable>
</to-install></install-summary>
<message type="info">Retrieving package bash-5-1.x86_64 (1/2),   6.0 KiB (   35   B unpacked)</message>
<progress id="install-resolvable" name="(1/2) Installing: bash-5-1.x86_64"/>
<progress id="install-resolvable" name="(1/2) Installing: bash-5-1.x86_64" value="100"/>
<progress id="install-resolvable" name="(1/2) Installing: bash-5-1.x86_64" done="1"/>`);
  expect([...touched]).toEqual(['bash']);
  expect(steps).toEqual([
    { text: 'Retrieving bash-5-1.x86_64', done: 1, total: 2 },
    { text: 'Installing bash-5-1.x86_64', done: 1, total: 2 },
  ]);
});

test('what a run puts in and takes away: packages, not patterns', () => {
  const solvable = (type: string, name: string, edition: string, more = '') =>
    `<solvable type="${type}" name="${name}" edition="${edition}" arch="noarch"${more}><description/></solvable>`;
  const { brings, removes, touched } = reportOf(`<install-summary>
<to-install>${solvable('package', 'new', '2:1.0-1')}${solvable('pattern', 'base', '1')}</to-install>
<to-upgrade>${solvable('package', 'up', '0:2.0-1', ' edition-old="1.0-1"')}</to-upgrade>
<to-change-vendor>${solvable('package', 'other', '3-1')}</to-change-vendor>
<to-remove>${solvable('package', 'old', '1.0-1')}</to-remove>
<no-update-candidates>${solvable('package', 'stays', '1.0-1')}</no-update-candidates>
</install-summary>`);
  const one = (name: string, version: string) => ({ name, version, arch: 'noarch' });
  expect(brings).toEqual([one('new', '2:1.0-1'), one('up', '2.0-1'), one('other', '3-1')]);
  expect(removes).toEqual([one('old', '1.0-1')]);
  expect([...touched]).toEqual(['new', 'base', 'up', 'other', 'old', 'stays']);
});

test('a good signature in the words of rpm 6 that zypper does not understand', () => {
  const told = (how: string) => `<message type="info">a-1-1.noarch.rpm:
    Header OpenPGP V4 RSA/SHA512 signature, key fingerprint: 6219069e405b1335a7b2916dc7ba43eebd17c897: ${how}
    Package header is not signed!
</message>
<message type="error">a-1-1.noarch (pkgdir-0): Signature verification failed [6-File is unsigned]</message>`;
  expect(reportOf(told('OK'))).toMatchObject({
    misread: true,
    untrusted: [expect.stringContaining('a-1-1')],
  });
  expect(reportOf(told('NOKEY')).misread).toBe(false);
});

test('newer zypper tells the words of a script one by one; those of another package are not its own', () => {
  const { scriptlets } = reportOf(`<message type="info">Loading repository data...</message>
<progress id="transaction-prepare" name="Preparing"/>
<message type="info">it fails before</message>
<progress id="transaction-prepare" name="Preparing" done="1"/>
<message type="info">error: %prein(a-1-1.noarch) scriptlet failed, exit status 3</message>
<progress id="install-resolvable" name="(1/2) Installing: b-1-1.noarch"/>
<message type="info">warning: Unable to get systemd shutdown inhibition lock</message>
<message type="info">b is well</message>
<progress id="install-resolvable" name="(1/2) Installing: b-1-1.noarch" done="1"/>
<progress id="install-resolvable" name="(2/2) Installing: c-1-1.noarch"/>
<progress id="install-resolvable" name="(2/2) Installing: c-1-1.noarch" value="0"/>
<message type="info">it fails after</message>
<message type="info">warning: %post(c-1-1.noarch) scriptlet failed, exit status 4</message>`);
  expect(scriptlets).toEqual([
    { what: '%prein of a-1-1.noarch: exit status 3', output: ['it fails before'] },
    { what: '%post of c-1-1.noarch: exit status 4', output: ['it fails after'] },
  ]);
});
