import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** Names of package managers and formats, as words of their own. */
const words =
  /(?<![a-z])(dnf5?|rpm(db|2cpio|keys)?|yum|zypp(er)?|apt(-get|-cache)?|dpkg(-\w+)?|deb)(?![a-z])/i;

/** Where such a word may stand in code outside of src/packages and src/family, and what it is there. */
const allowed: readonly (readonly [file: RegExp, text: RegExp, why: string])[] = [
  [/^src\/plan\/build-plan\.ts$/, /^'(dnf|zypper|apt)'$/, 'schema: packageManager of a plan'],
  [/^src\/plan\/package-id\.ts$/, /^'(rpm|deb)'$/, 'schema: type of a package'],
  [/^src\/resolve\/(plan-files|request)\.ts$/, /rpm\)?:/, 'grammar of driverupdatesrc'],
  [/^src\/cli\/.*-help\.ts$/, /rpm:/i, 'help: grammar of driverupdatesrc'],
  [
    /^src\/genimage\/initrd\/driver-update/,
    /rpm:FILE|\\\.rpm\$/,
    'grammar of driverupdatesrc, names on driver disks',
  ],
  [/^src\/(resolve|genimage\/preflight)\//, /RPM-GPG-KEY|\/etc\/pki\/rpm-gpg/, 'names of key files'],
  [
    /^src\/resolve\/package-(sources|entry|options)\.ts$/,
    /^'deb'$|\.\/deb\//,
    'the doors to what deb packages have of their own',
  ],
  [/^src\/resolve\/deb\//, /deb|keyrings/, "grammar of apt's sources and of what lies in a folder"],
  [/^src\/definition\/site\.ts$/, /_apt_mirror/, 'attributes of the site'],
  [/^src\/pack\/select\/leaks\.ts$/, /repo|\^etc/, 'patterns that recognise leaks'],
  [
    /^src\/sandbox\/sandbox-script\.ts$/,
    /\/usr\/lib\/rpm\/macros\.d/,
    'folders of the host that are covered',
  ],
];

function wordsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText =
      ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isRegularExpressionLiteral(node);
    if (isText && words.test(node.getText())) found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no room but packages and family imports, starts or branches on a package manager', () => {
  const files = execFileSync('git', ['ls-files', 'src/*.ts'], { encoding: 'utf8' }).trim().split('\n');
  const others = files.filter((file) => !/^src\/(packages|family)\//.test(file));
  const used = new Set<unknown>();
  const astray = others.flatMap((file) =>
    wordsIn(file)
      .filter((text) => {
        const reason = allowed.find(([where, what]) => where.test(file) && what.test(text));
        used.add(reason);
        return reason === undefined;
      })
      .map((text) => `${file}: ${text}`),
  );
  expect(astray).toEqual([]);
  expect(allowed.filter((one) => !used.has(one))).toEqual([]);
});

test('an import, a command and a branch are seen', () => {
  for (const text of ["'../packages/dnf/dnf.ts'", "'rpm'", "'apt-get'", '/^dpkg/', "'zypper'", "'rpm -qa'"]) {
    expect(words.test(text), text).toBe(true);
  }
  for (const text of ["'adapter'", "'aptitude'", "'debug'", "'rpms'"])
    expect(words.test(text), text).toBe(false);
});
