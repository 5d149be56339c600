import { ArnFormat } from 'aws-cdk-lib';
import { CfnRole, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { hasDistributedMap, isAllowed, NeededActions, waitsForExecutions } from './needed-actions';
import { acknowledge, isAcknowledged, wildcardFinding } from '../system/acknowledge';
import { invalidProp } from '../system/errors';
import { RegionalScope } from '../system/regional-scope';

const NOT_GRANTED = 'cdk-multi-region:notGranted';

/** The rule that Step Functions makes in each account and region to hear of executions that it waits for. */
const EXECUTION_EVENTS_RULE = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';

/**
 * Grants a state machine what its definition needs and only its own name identifies: to start and watch the executions of its Distributed Maps, and to get events of the executions that it waits for.
 *
 * By literal ARNs: the state machine waits for its role, so that the role cannot refer to it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html
 */
export function permitOwnSteps(scope: RegionalScope, role: Role, name: string, definition: unknown): void {
  if (hasDistributedMap(definition)) {
    const states = { service: 'states', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
    const executions = { ...states, resource: 'execution', resourceName: `${name}/*` };
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['states:StartExecution'], resources: [scope.arn({ ...states, resource: 'stateMachine', resourceName: name })] }));
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'], resources: [scope.arn(executions)] }));
    acknowledge(role, { id: wildcardFinding(scope.stack, executions), reason: 'Step Functions names the executions of a Distributed Map' });
  }
  if (waitsForExecutions(definition)) {
    role.addToPrincipalPolicy(new PolicyStatement({
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], resources: [scope.arn({ service: 'events', resource: 'rule', resourceName: EXECUTION_EVENTS_RULE })],
    }));
  }
}

/** Refuses, at synthesis, steps that the role is allowed in no way: grants come after the workflow, so that only then it is known. */
export function requireGrants(owner: IConstruct, region: string, role: Role, needed: NeededActions[]): void {
  if (needed.length === 0) return;
  const known = managedPoliciesOf(role);
  role.node.addValidation({
    validate: () => {
      // what another policy allows is not known here
      if (managedPoliciesOf(role) > known || isAcknowledged(owner, NOT_GRANTED)) return [];
      const allowed = allowedActions(role);
      return needed.flatMap(({ state, resource, actions }) => {
        const missing = actions.filter(action => !isAllowed(action, allowed));
        return missing.length === 0 ? [] : [invalidProp(owner, `definition: state ${state}: Resource`, resource,
          `what the workflow's role in ${region} may do, which lacks ${missing.join(', ')}; grant it to the workflow, such as by table.grantReadWriteData(workflow), or by `
          + `grantableIn(region).grantPrincipal.addToPrincipalPolicy; if something else allows it, acknowledge ${NOT_GRANTED}`).message];
      });
    },
  });
}

function managedPoliciesOf(role: Role): number {
  return (role.stack.resolve((role.node.defaultChild as CfnRole).managedPolicyArns) ?? []).length;
}

/** Returns the actions that a role's own policies allow, whatever the resources. */
function allowedActions(role: Role): string[] {
  const policies = role.stack.resolve((role.node.defaultChild as CfnRole).policies);
  return [policies ?? []].flat().flatMap(({ policyDocument }: any) => policyDocument.Statement ?? [])
    .filter(({ Effect }: any) => Effect === 'Allow').flatMap(({ Action, NotAction }: any) => (NotAction ? ['*'] : [Action].flat()));
}
