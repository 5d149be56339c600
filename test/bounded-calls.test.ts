/** Whoever calls a service says for how long. */
import * as ts from 'typescript';
import { readSources } from './support/modules';

/** The names that a file imports from the AWS SDK, other than commands: what makes something of them makes a client. */
function sdkNames(file: ts.SourceFile): Set<string> {
  const names = file.statements.filter(ts.isImportDeclaration)
    .filter(({ moduleSpecifier }) => ts.isStringLiteral(moduleSpecifier) && /^@aws-sdk\/(client|lib)-/.test(moduleSpecifier.text))
    .flatMap(({ importClause }) => {
      const bindings = importClause?.namedBindings;
      return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
    });
  return new Set(names.filter(name => !name.endsWith('Command')));
}

/** Whether a node is `new DynamoDBClient(…)` or, as there are factories, `DynamoDBDocumentClient.from(…)`. */
function makesClient(node: ts.Node, names: Set<string>): node is ts.NewExpression | ts.CallExpression {
  const maker = ts.isNewExpression(node) ? node.expression
    : ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) ? node.expression.expression
      : undefined;
  return maker !== undefined && ts.isIdentifier(maker) && names.has(maker.text);
}

/** The calls and clients of a source without limits; `isBounded` says whether a client is made with them. */
function unbounded(sources: Record<string, string>, isBounded: (made: ts.NewExpression | ts.CallExpression) => boolean): string[] {
  return Object.entries(sources).flatMap(([name, text]) => {
    const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    const names = sdkNames(file);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (makesClient(node, names) && !isBounded(node)) found.push(`${name}: ${node.getText()}`);
      if (ts.isCallExpression(node) && node.expression.getText() === 'fetch' && !/\bsignal\b/.test(node.arguments[1]?.getText() ?? '')) found.push(`${name}: fetch`);
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  });
}

const ofHandlers = (sources: Record<string, string>) => unbounded(
  Object.fromEntries(Object.entries(sources).filter(([file]) => file.endsWith('.lambda.ts'))), () => false);

/** In the example-app, a client has the settings and is bounded, and so is one that is made from it. */
const ofExample = (sources: Record<string, string>) => unbounded(sources, made => {
  const [argument] = made.arguments ?? [];
  if (ts.isNewExpression(made) && argument?.getText() !== 'clientSettings') return false;
  let around: ts.Node = made.parent;
  while (ts.isCallExpression(around) && around.expression.getText() !== 'bounded') around = around.parent;
  return ts.isCallExpression(around);
});

describe('a client of the AWS SDK has limits', () => {
  test('in every handler of the library', () => expect(ofHandlers(readSources('src'))).toEqual([]));
  test('in every handler of the example-app', () => expect(ofExample(readSources('example-app/handlers'))).toEqual([]));

  const IMPORTS = 'import { DynamoDBClient, GetItemCommand } from \'@aws-sdk/client-dynamodb\'; import { DynamoDBDocumentClient } from \'@aws-sdk/lib-dynamodb\';';

  test('and one that has none is found', () => {
    const text = `${IMPORTS} new DynamoDBClient({}); DynamoDBDocumentClient.from(boundedClient(DynamoDBClient, LIMITS)); void fetch(url, { method: 'PUT' }); fetch(url);`;
    expect(ofHandlers({ 'a.lambda.ts': text, 'a.ts': text })).toEqual([
      'a.lambda.ts: new DynamoDBClient({})', 'a.lambda.ts: DynamoDBDocumentClient.from(boundedClient(DynamoDBClient, LIMITS))', 'a.lambda.ts: fetch', 'a.lambda.ts: fetch',
    ]);
    expect(ofExample({ 'a.ts': `${IMPORTS} bounded(new DynamoDBClient({})); new DynamoDBClient(clientSettings); DynamoDBDocumentClient.from(bounded(new DynamoDBClient(clientSettings)));` }))
      .toEqual(['a.ts: new DynamoDBClient({})', 'a.ts: new DynamoDBClient(clientSettings)', 'a.ts: DynamoDBDocumentClient.from(bounded(new DynamoDBClient(clientSettings)))']);
  });

  test('and nothing else is', () => {
    expect(ofHandlers({ 'a.lambda.ts': `${IMPORTS} boundedClient(DynamoDBClient, LIMITS).send(new GetItemCommand({})); fetch(url, { signal }); new Map();` })).toEqual([]);
    expect(ofExample({ 'a.ts': `${IMPORTS} bounded(DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings)));` })).toEqual([]);
  });
});
