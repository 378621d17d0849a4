// npm run untested: lists the files of src/ that have logic and no test that mirrors them. The rule stands in
// CONTRIBUTING.md, "Tests mirror the code".
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const decisions = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.SwitchStatement,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.TryStatement,
  ts.SyntaxKind.BinaryExpression,
  ts.SyntaxKind.TemplateExpression,
  ts.SyntaxKind.RegularExpressionLiteral,
  ts.SyntaxKind.ArrowFunction,
]);

/** One line that passes something on has nothing to test; a condition, a loop, a text that is made has. */
function decides(node) {
  return decisions.has(node.kind) || ts.forEachChild(node, (child) => decides(child) || undefined) === true;
}

/** The functions that a statement declares, with their bodies. */
function functionsOf(statement) {
  if (ts.isFunctionDeclaration(statement)) return [statement];
  if (!ts.isVariableStatement(statement)) return [];
  const values = statement.declarationList.declarations.map(({ initializer }) => initializer);
  return values.filter((value) => value !== undefined && ts.isArrowFunction(value));
}

function isExported(statement) {
  return ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** Whether a file exports a function that decides something; what it calls in its own file counts with it. */
function hasLogic(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const functions = source.statements.filter((statement) => functionsOf(statement).length > 0);
  if (!functions.some(isExported)) return false;
  return functions.some((statement) => functionsOf(statement).some(({ body }) => body && decides(body)));
}

/** A mirror counts when it imports the file, so that none is a test in name only. */
function mirrors(file) {
  const test = file.replace(/\.ts$/, '.test.ts');
  const places = ['unit', 'integration', 'e2e'].map((kind) => join('test', kind, test));
  if (places.some((place) => existsSync(place) && readFileSync(place, 'utf8').includes(`src/${file}'`)))
    return true;
  const command = join('test/integration', basename(test));
  return file.startsWith('cli/') && existsSync(command);
}

/** Files with logic, and those of them that have no mirror; below src/. */
export function untested() {
  const files = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative('src', join(entry.parentPath, entry.name)))
    .filter((file) => hasLogic(join('src', file)));
  return { files, missing: files.filter((file) => !mirrors(file)).sort() };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { files, missing } = untested();
  for (const file of missing) console.log(`src/${file}`);
  console.log(`${missing.length} of ${files.length} files with logic have no test of their own`);
}
