import { type Tree } from '../../system/tree/open-tree.ts';
import type { Problem } from '../../base/errors.ts';
import type { ExcludeRule } from '../../plan/pack-plan.ts';
import { accountLeak, accountNames, isAccountFile } from './account-leaks.ts';
import { toBinary, toShown } from '../../base/bytes.ts';
import { patternTest } from './fnmatch.ts';
import { headOf, treeHead } from '../members/member-bytes.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { turns } from '../../system/turns.ts';
import { isRegular } from '../members/mode.ts';

/** One thing in the image that whoever downloads it should not get. */
export interface Leak {
  /** Binary. */
  readonly path: string;
  readonly what: string;
}

/** Enough for the first line of a key, and for the lines of a small credentials file. */
const looked = 4096;
/** Enough for all accounts of a large site. */
const lookedAccounts = 16 * 1024 * 1024;

interface Suspicion {
  /** What the file's name is, as a whole. */
  readonly base: string;
  /** What its path has besides. */
  readonly path?: RegExp;
  /** What must stand at the beginning of the file; absent: the name says it all, unless the file is empty. */
  readonly head?: RegExp;
  readonly what: string;
}

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File/m;
const credential =
  /^[^#;\n]*(?:password|passwd|_authToken|_auth|token|secret\w{0,20})["']?[ \t]{0,20}[=:][ \t]{0,20}["']?[^\s"'$%{<]/im;
const managerPassword =
  /^[ \t]{0,20}(?:proxy_)?password[ \t]{0,20}[= ][ \t]{0,20}\S|^[ \t]*machine\s.*\spassword\s|:\/\/[^/\s:@]+:[^/\s@]+@/m;

/** By the name, and where that is not enough by the first bytes: only such files are opened. */
const suspicions: readonly Suspicion[] = [
  { base: '.*\\.key', path: /(?:^|\/)private-keys-v1\.d\//, what: 'a private key of GnuPG' },
  {
    base: '.*key\\.pem',
    path: /^etc\/(?:rhsm|pki\/(?:entitlement|consumer))\//,
    what: 'the subscription of a machine',
  },
  { base: 'munge\\.key', what: 'the key of munge' },
  { base: 'secring\\.gpg', what: 'a private key of GnuPG' },
  {
    base: '.*\\.(?:pem|key|p8|asc|ppk)|id_(?:rsa|dsa|ecdsa|ed25519).*|identity|.*_key',
    head: privateKey,
    what: 'a private key',
  },
  { base: '.*\\.(?:p12|pfx|jks|keytab)', what: 'a store of private keys' },
  {
    base: '\\.(?:bash|zsh|sh|ash|python|mysql|psql|sqlite|node_repl|less|rediscli)_?(?:history|hst)',
    what: 'what somebody has typed',
  },
  { base: '\\.(?:netrc|pgpass|git-credentials|vault-token)', what: 'credentials' },
  {
    base: 'credentials|accessTokens\\.json',
    path: /(?:^|\/)\.(?:aws|azure|cargo)\//,
    head: credential,
    what: 'credentials',
  },
  {
    base: '(?:config|auth)\\.json',
    path: /(?:^|\/)(?:\.docker|containers)\//,
    head: /"auth"\s*:\s*"/,
    what: 'credentials of a registry',
  },
  {
    base: '\\.(?:npmrc|pypirc|my\\.cnf)|pip\\.conf|credentials\\.toml',
    head: credential,
    what: 'credentials',
  },
  {
    base: '.*\\.repo|(?:yum|dnf|zypp|auth|apt)\\.conf|.*credentials',
    path: /^etc\/(?:yum|dnf|zypp|apt)/,
    head: managerPassword,
    what: 'credentials of the package manager',
  },
  {
    base: 'config',
    path: /(?:^|\/)\.kube\//,
    head: /(?:client-key-data|token)\s*:\s*\S/,
    what: 'credentials of a cluster',
  },
];

// Newlines in names are names too. Account files are found by their path.
const anyBase = new RegExp(`^(?:${suspicions.map(({ base }) => base).join('|')}|${accountNames}.*)$`, 's');
const bases = suspicions.map(({ base }) => new RegExp(`^(?:${base})$`, 's'));

/**
 * Looks for secrets among the members of an image that come from the tree: by name, and by the first bytes of
 * the files whose names give cause. Account files are looked at as they go into the image: hashes of others
 * than root are told. What a rule of the allow-list matches is left out; the rules that matched nothing are
 * given too.
 */
export async function findLeaks(
  root: Tree,
  members: MemberTable,
  allowed: readonly ExcludeRule[],
): Promise<{ leaks: Leak[]; unused: ExcludeRule[] }> {
  const rules = allowed.map((rule) => ({ rule, test: patternTest(toBinary(rule.pattern)) }));
  const used = new Set<ExcludeRule>();
  const leaks: Leak[] = [];
  const turn = turns();
  for (let index = 0; index < members.length; index++) {
    const others = turn();
    if (others !== undefined) await others;
    if (!isRegular(members.modeAt(index))) continue;
    if (!anyBase.test(members.nameAt(index))) continue;
    const path = members.pathAt(index);
    const what = whatLeaks(root, members.at(index));
    if (what === undefined) continue;
    const matching = rules.filter(({ test }) => test(`./${path}`));
    for (const { rule } of matching) used.add(rule);
    if (matching.length === 0) leaks.push({ path, what });
  }
  return { leaks, unused: allowed.filter((rule) => !used.has(rule)) };
}

/** The findings as the administrator reads them. */
export function leakProblems(leaks: readonly Leak[]): Problem[] {
  return leaks.map(({ path, what }) => ({
    code: 'leak',
    message: `${toShown(path)} in the image is ${what}: whoever can download the image gets it.`,
    hint: `Leave it out with the exlist, or write ./${toShown(path)} into the allow-list (packimage.allow in config.yaml).`,
  }));
}

function whatLeaks(root: Tree, member: Member): string | undefined {
  const { path, override } = member;
  const isAccounts = isAccountFile(path);
  // What the administrator puts in by synclist or postscripts is meant; what the tree had there is judged all
  // the same.
  if (member.size === 0 || (override !== undefined && !override.fromTree)) return undefined;
  const head = (length: number) =>
    (override === undefined ? headOf(root, member, length) : treeHead(root, path, length)).toString('latin1');
  if (isAccounts) {
    const known = override === undefined ? undefined : new Set(head(lookedAccounts).split('\n'));
    return accountLeak(path, headOf(root, member, lookedAccounts).toString('latin1'), known);
  }
  const name = path.slice(path.lastIndexOf('/') + 1);
  const found = suspicions.find(
    (one, place) =>
      bases[place]?.test(name) && (one.path?.test(path) ?? true) && (one.head?.test(head(looked)) ?? true),
  );
  return found?.what;
}
