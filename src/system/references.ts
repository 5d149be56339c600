import { CfnElement, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The alternatives to a reference. */
export const INSTEAD = 'literal names, such as GlobalTable.tableName, or the part in the same region, by inRegion, used in the stack of that region';

/**
 * Returns every reference by which one of a system's stacks depends on another stack, or another stack on it, as errors that name both ends.
 *
 * The CDK renders a reference as an export and its import, as an output and `Fn::GetStackOutput`, or as custom resources that write and read parameters of another region: the regions, the accounts and the feature flag
 * `@aws-cdk/core:defaultCrossStackReferences` decide. But all of them begin as a token that stands for something of another stack, and it is tokens that are looked for here, once references are resolved.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
 */
export function findReferences(stacks: Stack[]): string[] {
  const all = stacks[0]?.node.root.node.findAll() ?? [];
  // looking for tokens takes a fifth of the time of a synthesis, and the CDK leaves a trace in each stack that others refer to
  if (!all.filter(Stack.isStack).some(isReferredTo)) return [];
  return [...new Set(all.filter(CfnElement.isCfnElement).flatMap(consumer => referencesOf(consumer)
    .filter(({ target }) => deployedWith(target) !== deployedWith(consumer))
    .filter(({ target }) => stacks.includes(deployedWith(target)) || stacks.includes(deployedWith(consumer)))
    .map(reference => describe(consumer, reference))))];
}

/** Returns whether the CDK has put exports, outputs or a writer of parameters into a stack, for references to it. */
function isReferredTo(stack: Stack): boolean {
  return stack.node.children.some(({ node }) => /^(Exports|Publish)/.test(node.id));
}

function describe(consumer: CfnElement, { target, displayName }: Reference): string {
  const [user, owner] = [deployedWith(consumer), deployedWith(target)];
  return `${consumer.node.path} uses ${displayName} of ${target.node.path}, so that the stack ${user.stackName} depends on the stack ${owner.stackName}; allowed: ${INSTEAD} [${user.node.path}]`;
}

function referencesOf(element: CfnElement): Reference[] {
  const finder = new ReferenceFinder();
  const rendered = (element as unknown as { _toCloudFormation(): object })._toCloudFormation();
  Tokenization.resolve(rendered, { scope: element, resolver: finder, preparing: true });
  return [...finder.references];
}

/** Keeps the references among the tokens that it resolves. */
class ReferenceFinder extends DefaultTokenResolver {
  public readonly references = new Set<Reference>();

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    // one whose strength was chosen holds the reference that it is about
    const reference = (token as { reference?: unknown }).reference ?? token;
    if (Reference.isReference(reference)) this.references.add(reference);
    return super.resolveToken(token, context, postProcessor);
  }
}

/** Returns the stack that is deployed by itself: a nested one is a part of its parent. */
function deployedWith(construct: IConstruct): Stack {
  let stack = Stack.of(construct);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}
