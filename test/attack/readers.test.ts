import { describe, expect, it } from 'vitest';
import { RootimgError } from '../../src/base/errors.ts';
import { readPublicKeys } from '../../src/base/openpgp.ts';
import { withoutSecrets } from '../../src/base/secrets.ts';
import { readConsoleLine } from '../../src/boot/console-watch.ts';
import { parseNodeReport } from '../../src/boot/node-report.ts';
import { parseConfig } from '../../src/definition/config-parse.ts';
import { readInventory } from '../../src/definition/inventory-read.ts';
import { parseSelection } from '../../src/definition/selection.ts';
import { parseRelease } from '../../src/genimage/preflight/release.ts';
import { readMtree } from '../../src/media/mtree.ts';
import { readTreeinfo } from '../../src/media/treeinfo.ts';
import { mergeAccounts, passwordsFromShadow, setRootPassword } from '../../src/pack/customise/accounts.ts';
import { accountLeak } from '../../src/pack/select/account-leaks.ts';
import { patternTest } from '../../src/pack/select/fnmatch.ts';
import { readOriginLines } from '../../src/packages/dnf/dnf-origins.ts';
import { parseBootEntries } from '../../src/plan/boot-entries.ts';
import { parseEvent } from '../../src/plan/event.ts';
import { parseManifest } from '../../src/plan/manifest.ts';
import { readEnviron } from '../../src/resolve/environ.ts';
import { readRepositorySettings } from '../../src/resolve/repository-settings.ts';
import { parseHolder } from '../../src/system/lock-holder.ts';
import { amount } from '../lib/amount.ts';
import { fuzz } from '../unit/fuzz/campaign.ts';
import { mutate } from '../unit/fuzz/mutate.ts';
import { randomFrom } from '../unit/fuzz/random.ts';
import { readers } from '../unit/fuzz/readers.ts';

const seed = Math.floor(Math.random() * 2 ** 31);

describe('lists and stanzas of any bytes: nothing is lost, nothing is thrown', () => {
  it.each(Object.keys(readers))(
    '%s',
    async (reader) => {
      await expect(fuzz(reader, amount(300, 100_000), seed), `seed ${seed}`).resolves.toBeUndefined();
    },
    7_200_000,
  );
});

const manifest = { schema: 1, image: { name: 'a' }, pack: { file: 'rootimg.sfs', sha256: 'ab', size: 1 } };
const shadow = 'root:$6$a$b:1:0:99999:7:::\nbin:*:1::::::\n+@g::::\n# x\n';

/** Readers of texts from outside, and what they mostly get. */
const others: Readonly<Record<string, readonly [read: (text: string) => unknown, ...usual: string[]]>> = {
  'config.yaml': [
    (text) => parseConfig(text, 'x'),
    'packimage:\n  method: squashfs\n  allow: /a\nrepositories:\n  - url: http://h/\n',
  ],
  inventory: [
    (text) => readInventory(text, 'x'),
    '{"osimage":{"a":{"basic_attributes":{"arch":"x86_64"},"package_selection":{"pkglist":["a"]}}}}',
    'osimage:\n  a: &b\n    role: c\n  d: *b\n  <<: *b\n',
  ],
  selection: [parseSelection, 'osvers==rocky9.4', 'name=~^a.*$', 'profile!~b'],
  environvar: [readEnviron, 'A=1,http_proxy=http://u:p@h/,B'],
  'repository settings': [
    (text) => readRepositorySettings(text, '/'),
    'http://h/a|gpgcheck=1,/install/x',
    '/a,/b',
  ],
  manifest: [parseManifest, JSON.stringify(manifest)],
  'boot entries': [
    (text) => parseBootEntries(text, 'x'),
    '[{"file":"a","generation":1}]',
    '{"schema":1,"entries":[]}',
  ],
  event: [parseEvent, '{"event":"phase-start","title":"a"}'],
  'lock holder': [parseHolder, '{"pid":1,"host":"a","command":"b","since":"2020"}'],
  'node report': [parseNodeReport, 'rootimg-report 1\nuptime=3\nat-network=1.5\nfailed-units=\nend\n'],
  console: [readConsoleLine, '[    1.0] Kernel panic - not syncing: x', 'dracut: FATAL: a'],
  treeinfo: [
    readTreeinfo,
    '[general]\nfamily = Rocky\nversion = 9.4\narch = x86_64\n[checksums]\na = sha256:b\n',
  ],
  mtree: [readMtree, '#mtree\n./a type=file size=1 mode=644\n./b\\040c type=link link=./a\n'],
  'os-release': [parseRelease, 'ID="rocky"\nVERSION_ID="9.4"\nID_LIKE="rhel centos fedora"\n'],
  'origins of dnf': [readOriginLines, 'bash-5.1-1.el9.x86_64 appstream\na-0:1-1.noarch @System\n'],
  accounts: [
    (text) => [setRootPassword(text, '*'), passwordsFromShadow(text, 'root'), mergeAccounts(shadow, text)],
    shadow,
  ],
  hashes: [(text) => [accountLeak('etc/shadow', text), accountLeak('etc/security/opasswd', text)], shadow],
  'public keys': [
    (text) => readPublicKeys(Buffer.from(text, 'latin1')),
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEXgvrgBYJKwYBBAHaRw8BAQdA\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n',
    '\x98\x33\x04\x5e\x0b\xeb\x80\x16\xb4\x03a@b\x88\x90\x04\x13\x16\x08\x00\x38\x02\x1b\x03',
  ],
  pattern: [
    (text) => patternTest(text)('./usr/share/doc/a'),
    './usr/*/[!a-z]?[[:alpha:]]*',
    '*\\*[[.a.]-c][[=a=]]',
  ],
  secrets: [withoutSecrets, 'http_proxy=u:p@h:1,http://a:b@c/?d=e f'],
};

describe('any bytes for every other reader: an answer or a problem, never anything thrown else', () => {
  it.each(Object.entries(others))(
    '%s',
    (_, [read, ...usual]) => {
      const random = randomFrom(seed);
      const corpus = usual.map((text) => Buffer.from(text));
      for (let left = amount(2000, 100_000); left > 0; left -= 1) {
        const text = mutate(corpus, random).toString(left % 2 === 0 ? 'utf8' : 'latin1');
        try {
          read(text);
        } catch (error) {
          if (error instanceof RootimgError) continue;
          throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
        }
      }
    },
    7_200_000,
  );
});
