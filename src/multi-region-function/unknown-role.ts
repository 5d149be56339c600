import { AddToPrincipalPolicyResult, IPrincipal, PolicyStatement, PrincipalPolicyFragment, UnknownPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Layout } from '../system/layout';

/** The role of a function that the app does not know. What it is granted becomes a warning with the statement for its owner to add, which the CDK's own warning shows in a notation of its own. */
export class UnknownRole implements IPrincipal {
  public readonly assumeRoleAction = 'sts:AssumeRole';
  public readonly grantPrincipal = this;

  constructor(
    private readonly owner: Construct, private readonly layout: Layout, private readonly region: string, private readonly functionName: string,
  ) {}

  /** Throws, because a policy of a resource cannot name a role that is not known. */
  public get policyFragment(): PrincipalPolicyFragment {
    return new UnknownPrincipal({ resource: this.owner }).policyFragment;
  }

  public addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    const { owner, layout, region, functionName } = this;
    const needed = layout.in(region).stack.resolve(statement.toStatementJson());
    layout.system._notify('warning', owner, 'cdk-multi-region:unknownRole',
      `${owner.node.path} was granted what this app cannot add, because it does not know the role of ${functionName} in ${region}: add to that role, before you deploy, ${JSON.stringify(needed, asText)}`);
    return { statementAdded: true, policyDependable: owner };
  }
}

/** Intrinsic functions as the text that they stand for, with `${…}` for what only a deployment knows. */
function asText(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = []] = Object.entries(value);
  if (name === 'Fn::Join') return argument[1].map((part: unknown) => asText('', part)).join(argument[0]);
  return name === 'Ref' || name === 'Fn::GetAtt' ? `\${${[argument].flat().join('.')}}` : value;
}
