/** jsii publishes a parameter that is taken apart in the signature as `__0`, which users of other languages read in their editor. */
import * as ts from 'typescript';
import { hasModifier, isInternal, PublicDeclaration, declarationsOfMembers } from '../support/public-interfaces';

/** The parameters without a name, of what others may call or override. */
function nameless({ name, members }: PublicDeclaration): string[] {
  return [...members].filter(member => !hasModifier(member, ts.SyntaxKind.PrivateKeyword) && !isInternal(member))
    .filter(member => ts.isConstructorDeclaration(member) || ts.isMethodDeclaration(member) || ts.isMethodSignature(member))
    .flatMap(({ parameters }) => [...parameters])
    .filter(parameter => !ts.isIdentifier(parameter.name) || parameter.name.text.startsWith('__'))
    .map(parameter => `${name!.text}: ${parameter.getText()}`);
}

test('Every parameter of the library has a name', () => {
  const declarations = declarationsOfMembers();
  expect(declarations.map(({ name }) => name!.text)).toEqual(expect.arrayContaining(['GlobalTableBase', 'ISubscriptionTarget', 'MultiRegionFunction', 'MultiRegionSystem']));
  expect(declarations.flatMap(nameless)).toEqual([]);
});

test.each([
  ['a method', 'class Queue { public targetIn(region: string, { retries }: Delivery) {} }'],
  ['a static method', 'class Queue { public static of({ retries }: Delivery) {} }'],
  ['a protected method', 'class Queue { protected of({ retries }: Delivery) {} }'],
  ['a constructor', 'class Queue { constructor({ retries }: Delivery) {} }'],
  ['a method of an interface', 'interface Queue { of({ retries }: Delivery): void; }'],
])('This test notices %s that takes a parameter apart', (_, text) => {
  const [declaration] = ts.createSourceFile('queue.ts', text, ts.ScriptTarget.Latest, true).statements;
  expect(nameless(declaration as PublicDeclaration)).toEqual(['Queue: { retries }: Delivery']);
});
