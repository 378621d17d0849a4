// npm run untested: lists the files of src/ that have logic and no test that mirrors them. The rule stands in
// CONTRIBUTING.md, "Tests mirror the code".
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';

const Kind = ts.SyntaxKind;

/** Fewer decisions than these are seen through by reading, and are tested with what calls them. */
const few = 5;
/** A file that imports so many files of src/ joins them, unless it decides more than thrice for each. */
const many = 6;
const decisionsForEach = 3;

const decisions = new Set([
  Kind.IfStatement,
  Kind.ConditionalExpression,
  Kind.SwitchStatement,
  Kind.ForStatement,
  Kind.ForOfStatement,
  Kind.WhileStatement,
  Kind.DoStatement,
  Kind.TryStatement,
  Kind.PrefixUnaryExpression,
  Kind.RegularExpressionLiteral,
]);

/** To set a value, or to take another one where there is none, decides nothing. */
const plainOperators = new Set([
  Kind.EqualsToken,
  Kind.QuestionQuestionToken,
  Kind.QuestionQuestionEqualsToken,
]);

const choosing = new Set(['filter', 'find', 'findIndex', 'findLast', 'some', 'every', 'sort', 'reduce']);

function decides(node) {
  if (ts.isBinaryExpression(node)) return !plainOperators.has(node.operatorToken.kind);
  if (!ts.isCallExpression(node)) return decisions.has(node.kind);
  return ts.isPropertyAccessExpression(node.expression) && choosing.has(node.expression.name.text);
}

function countDecisions(node) {
  let count = decides(node) ? 1 : 0;
  ts.forEachChild(node, (child) => void (count += countDecisions(child)));
  return count;
}

/** Whether an import brings something that runs: `from` where it comes from. */
function importsValue(statement, from) {
  if (!ts.isImportDeclaration(statement) || !from(statement.moduleSpecifier.text)) return false;
  const { importClause } = statement;
  if (importClause === undefined || importClause.isTypeOnly) return false;
  const names = importClause.namedBindings?.elements;
  return names === undefined || names.some(({ isTypeOnly }) => !isTypeOnly);
}

/** The kinds of files that need no mirror, and why; the first that fits. */
const exempt = [
  {
    kind: 'decides little or nothing: types, tables, what passes something on',
    fits: ({ count }) => count < few,
  },
  {
    kind: 'joins others: tested with the command that it serves',
    fits: ({ count, imports }) => imports >= many && count <= decisionsForEach * imports,
  },
  {
    kind: 'wires a command: tested by the integration test of the command',
    fits: ({ wiring }) => wiring,
  },
];

function look(file) {
  const source = ts.createSourceFile(file, readFileSync(join('src', file), 'utf8'), ts.ScriptTarget.Latest);
  const importsOf = (from) => source.statements.filter((statement) => importsValue(statement, from)).length;
  return {
    count: countDecisions(source),
    imports: importsOf((name) => name.startsWith('.')),
    wiring: importsOf((name) => name === 'commander') > 0,
  };
}

/** Paths of all tests that are run for each change, to what they say. */
function readTests() {
  const kinds = ['unit', 'integration', 'e2e'].map((kind) => join('test', kind));
  const files = kinds.flatMap((kind) =>
    readdirSync(kind, { recursive: true })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join(kind, name)),
  );
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
}

/**
 * A test of the same room, or one with real tools, that imports the file, so that none is a test in name only:
 * at the same place, or one of several files that do one thing together.
 */
function mirrors(tests, file) {
  const room = file.slice(0, file.indexOf('/') + 1);
  return [...tests].some(([test, text]) => {
    const [, kind, ...rest] = test.split('/');
    return (kind === 'integration' || rest.join('/').startsWith(room)) && text.includes(`src/${file}'`);
  });
}

/** A command with a test of its name, and what lies in a folder that has its name. */
function isCommandWithTest(file) {
  if (!file.startsWith('cli/')) return false;
  const names = [basename(file, '.ts'), `def-${basename(file, '.ts')}`, basename(dirname(file))];
  return names.some((name) => existsSync(join('test/integration', `${name}.test.ts`)));
}

/** Files of src/ below it: those with logic, those of them without a mirror, and how many of each kind need none. */
function untested() {
  const tests = readTests();
  const files = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative('src', join(entry.parentPath, entry.name)));
  const kinds = new Map(exempt.map(({ kind }) => [kind, 0]));
  const withLogic = files.filter((file) => {
    const facts = look(file);
    const found = exempt.find(({ fits }) => fits(facts));
    if (found !== undefined) kinds.set(found.kind, kinds.get(found.kind) + 1);
    return found === undefined;
  });
  const missing = withLogic.filter((file) => !mirrors(tests, file) && !isCommandWithTest(file));
  return { files: withLogic, missing: missing.sort(), kinds };
}

const { files, missing, kinds } = untested();
for (const file of missing) console.log(`src/${file}`);
for (const [kind, count] of kinds) console.log(`${count} files need none (${kind})`);
console.log(`${missing.length} of ${files.length} files with logic have no test of their own`);
