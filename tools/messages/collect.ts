import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** One place of the code that tells a problem. */
export interface TellingPlace {
  readonly code: string;
  /** What the user reads, with … for what differs from case to case. */
  readonly messages: readonly string[];
  readonly hints: readonly string[];
}

const Kind = ts.SyntaxKind;

/** All places of a file that name a problem's code: `{ code: 'x', message, hint }`, `new RootimgError('x', …)`. */
export function placesIn(file: string, text = readFileSync(file, 'utf8')): TellingPlace[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const places: TellingPlace[] = [];
  const visit = (node: ts.Node): void => {
    const place = ts.isObjectLiteralExpression(node)
      ? problemObject(node)
      : ts.isNewExpression(node)
        ? problemError(node)
        : undefined;
    if (place !== undefined) places.push(place);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return places;
}

function problemObject(node: ts.ObjectLiteralExpression): TellingPlace | undefined {
  const code = valueOf(node, 'code');
  if (code === undefined || !ts.isStringLiteral(code)) return undefined;
  const message = valueOf(node, 'message');
  if (message === undefined) return undefined;
  return { code: code.text, messages: textsOf(message), hints: hintsOf(node) };
}

function problemError(node: ts.NewExpression): TellingPlace | undefined {
  const [code, message, options] = node.arguments ?? [];
  if (node.expression.getText() !== 'RootimgError' || code === undefined || message === undefined)
    return undefined;
  if (!ts.isStringLiteral(code)) return undefined;
  const hints = options !== undefined && ts.isObjectLiteralExpression(options) ? hintsOf(options) : [];
  return { code: code.text, messages: textsOf(message), hints };
}

function hintsOf(node: ts.ObjectLiteralExpression): string[] {
  const spread = node.properties.flatMap((one) => (ts.isSpreadAssignment(one) ? objectsIn(one) : []));
  return [node, ...spread].flatMap((one) => {
    const hint = valueOf(one, 'hint');
    return hint === undefined ? [] : textsOf(hint).filter((text) => text !== '…');
  });
}

/** Objects that a spread chooses from: `...(hint === undefined ? {} : { hint })`. */
function objectsIn(node: ts.Node): ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = [];
  ts.forEachChild(node, (child) => {
    if (ts.isObjectLiteralExpression(child)) found.push(child);
    else found.push(...objectsIn(child));
  });
  return found;
}

function valueOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const property of node.properties) {
    if (property.name?.getText() !== name) continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return property.name;
  }
  return undefined;
}

/** The texts that an expression can be, as far as it says so itself. */
function textsOf(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')];
  }
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isBinaryExpression(node)) {
    if (node.operatorToken.kind === Kind.QuestionQuestionToken)
      return [...textsOf(node.left), ...textsOf(node.right)];
    if (node.operatorToken.kind !== Kind.PlusToken) return ['…'];
    const rights = textsOf(node.right);
    return textsOf(node.left).flatMap((left) => rights.map((right) => left + right));
  }
  if (ts.isIdentifier(node)) {
    const declared = declarationOf(node);
    return declared === undefined ? ['…'] : textsOf(declared);
  }
  return ['…'];
}

/** What the nearest constant of that name above is set to. */
function declarationOf(name: ts.Identifier): ts.Expression | undefined {
  for (let scope: ts.Node | undefined = name.parent; scope !== undefined; scope = scope.parent) {
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue;
    for (const statement of scope.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const one of statement.declarationList.declarations) {
        if (one.name.getText() === name.text && one.initializer !== undefined) return one.initializer;
      }
    }
  }
  return undefined;
}
