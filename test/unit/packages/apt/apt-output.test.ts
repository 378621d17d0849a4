import { describe, expect, it } from 'vitest';
import { type AptReport, emptyAptReport, readAptLine } from '../../../../src/packages/apt/apt-output.ts';

/** What apt 2.6 and dpkg 1.21 printed. */
function read(text: string): AptReport {
  const report = emptyAptReport();
  for (const line of text.split('\n')) readAptLine(line, report);
  return report;
}

describe('what apt says of archives', () => {
  it.each([
    [
      "E: The repository 'http://mirror/debian tiny InRelease' is not signed.",
      ['http://mirror/debian tiny', 'it is not signed'],
    ],
    [
      "W: GPG error: http://mirror/debian tiny InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 762B5FD38353CD16\nE: The repository 'http://mirror/debian tiny InRelease' is not signed.",
      ['http://mirror/debian tiny', 'it is signed with a key that is none of ours (762B5FD38353CD16)'],
    ],
    [
      'W: GPG error: http://mirror/debian tiny InRelease: The following signatures were invalid: EXPKEYSIG 229B7F8A38DC7591 old@sample.invalid',
      ['http://mirror/debian tiny', 'it is signed with a key that has expired (229B7F8A38DC7591)'],
    ],
    [
      'E: Release file for http://mirror/debian/dists/tiny/InRelease is expired (invalid since 3d 0h 0min 2s). Updates for this repository will not be applied.',
      ['http://mirror/debian tiny', 'its Release file has expired (invalid since 3d 0h 0min 2s)'],
    ],
    [
      "W: Skipping acquire of configured file 'contrib/binary-amd64/Packages' as repository 'http://mirror/debian tiny InRelease' doesn't have the component 'contrib' (component misspelt in sources.list?)",
      ['http://mirror/debian tiny', "it has no component 'contrib'"],
    ],
    [
      "E: The repository 'http://mirror/debian nosuch Release' does not have a Release file.",
      ['http://mirror/debian nosuch', 'it has no Release file for this suite'],
    ],
  ])('%s', (text, refused) => {
    expect([...read(text).refused]).toEqual([refused]);
  });
});

describe('what apt says of packages', () => {
  it('names all that no archive has', () => {
    const report = read(`E: Unable to locate package abcdf
E: Unable to locate package task^
E: Couldn't find task 'task'
E: Couldn't find any package by regex 'task^'
E: Version '9' for 'abcde' was not found
E: Release 'nosuch' for 'abcde' was not found
E: Package 'virtual' has no installation candidate
E: Unsupported file /usr/bin/vim given on commandline`);
    expect([...report.missing.keys()]).toEqual([
      ...['abcdf', 'task^', 'abcde=9', 'abcde/nosuch', 'virtual', '/usr/bin/vim'],
    ]);
  });

  it('keeps the words on dependencies, and no other line', () => {
    const { unmet } = read(`The following packages have unmet dependencies:
 abcde : Depends: nosuchdep (>= 2) but it is not installable
         Conflicts: other
E: Unable to correct problems, you have held broken packages.
 no part of it`);
    expect(unmet).toEqual([
      'abcde : Depends: nosuchdep (>= 2) but it is not installable',
      'Conflicts: other',
    ]);
  });

  it('knows what could not be fetched', () => {
    const report = read(
      'E: Failed to fetch http://mirror/pool/a_1_all.deb  404  Not Found [IP: 127.0.0.1 1]\nE: Download Failed',
    );
    expect(report.undelivered).toEqual(['http://mirror/pool/a_1_all.deb: 404  Not Found [IP: 127.0.0.1 1]']);
  });

  it('names what a simulated run touches', () => {
    const report = read('Inst hello [1] (2 tiny [amd64])\nConf hello (2 tiny [amd64])\nRemv old [3]');
    expect([...report.touched]).toEqual(['hello', 'old']);
  });
});

describe('what dpkg says', () => {
  it('tells a failing postinst with its words', () => {
    const { scripts } = read(`Preparing to unpack .../shared/archives/a_1_all.deb ...
Unpacking a (1) ...
pmstatus:a:40:Preparing to configure a (amd64)
Setting up a (1) ...
it says no
half a linepmstatus:a:60:Configuring a (amd64)
pmerror:a:80:installed a package post-installation script subprocess returned error exit status 4
dpkg: error processing package a (--configure):
 installed a package post-installation script subprocess returned error exit status 4
Errors were encountered while processing:
 a
E: Sub-process /usr/bin/dpkg returned an error code (1)`);
    expect(scripts).toEqual([
      expect.objectContaining({ script: 'postinst', package: 'a', reason: 'exit status 4' }),
    ]);
  });

  it('tells a failing preinst with its words', () => {
    const { scripts } = read(`Preparing to unpack .../shared/archives/a_1_all.deb ...
pre says no
dpkg: error processing archive /run/rootimg/shared/archives/a_1_all.deb (--unpack):
 new a package pre-installation script subprocess returned error exit status 3`);
    expect(scripts).toEqual([
      { script: 'preinst', package: 'a', reason: 'exit status 3', output: ['pre says no'] },
    ]);
  });

  it('tells files that two packages have, and a full disk', () => {
    const report = read(`dpkg: error processing archive /run/rootimg/shared/archives/b_1_all.deb (--unpack):
 trying to overwrite '/usr/share/x', which is also in package a 1
dpkg: error processing archive /run/rootimg/shared/archives/c_1%3a2_amd64.deb (--unpack):
 cannot copy extracted data for './opt/c' to '/opt/c.dpkg-new': failed to write (No space left on device)`);
    expect(report.conflicts).toEqual(['/usr/share/x of b is also in a']);
    expect(report.full).toEqual([expect.stringContaining('No space left on device')]);
  });

  it('gives the steps of a bar, whatever a script printed before them', () => {
    const report = emptyAptReport();
    const step = readAptLine('no end of linepmstatus:bash:33.3333:Unpacking bash (amd64)', report);
    expect(step).toEqual({ text: 'Unpacking bash (amd64)', percent: 33.3333 });
    expect(readAptLine('dlstatus:1:10.5:Retrieving file 1 of 9', report)?.percent).toBe(10.5);
    expect(readAptLine('pmerror:bash:40:it failed', report)).toBeUndefined();
  });
});
