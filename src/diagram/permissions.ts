import { Arrow, arrows } from './graph';
import { referencesIn, textOf } from './intrinsics';
import { Inventory, Located } from './inventory';

/** The actions that a function or workflow is allowed when it uses something. Reading a stream is none of it: that is what triggers a function. */
const USES = [
  'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan',
  'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem',
  'events:PutEvents', 'lambda:InvokeFunction', 'states:StartExecution', 'states:StartSyncExecution', 'sqs:SendMessage', 'sns:Publish',
].map(action => action.toLowerCase());

/**
 * Returns the arrows to what functions and workflows use: their code is not in the templates, but they can use only what their roles are allowed by
 * name.
 */
export function permissions(inventory: Inventory): Arrow[] {
  const users = inventory.all('AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine');
  return inventory.all('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy', 'AWS::IAM::Role').flatMap(holder => {
    const roles = rolesOf(holder);
    const has = (role: unknown) => referencesIn(textOf(role, holder.stack)).some(id => roles.includes(id));
    const from = users.filter(({ stack, properties }) => stack === holder.stack && has(properties.Role ?? properties.RoleArn))
      .flatMap(user => inventory.partsOf(user));
    return from.length === 0 ? [] : statementsOf(holder).filter(allowsUse).flatMap(({ Resource }) => (
      [Resource].flat().flatMap(resource => arrows(from, inventory.find(holder, resource)))
    ));
  });
}

/** Returns the logical ids of the roles that a policy is attached to; a role's own for those within it. */
function rolesOf({ stack, id, properties: { Roles, RoleName } }: Located): string[] {
  return stack.resources[id].Type === 'AWS::IAM::Role' ? [id] : [Roles ?? RoleName ?? []].flat().flatMap((role: unknown) => referencesIn(textOf(role, stack)));
}

function statementsOf({ properties: { PolicyDocument, Policies = [] } }: Located): any[] {
  return [PolicyDocument, ...Policies.map((policy: any) => policy.PolicyDocument)].flatMap(document => document?.Statement ?? []);
}

function allowsUse({ Effect, Action = [] }: any): boolean {
  return Effect === 'Allow' && [Action].flat().some((action: string) => USES.some(use => matches(use, action.toLowerCase())));
}

/** Returns whether an action is one of those that a pattern with `*` stands for. */
function matches(action: string, pattern: string): boolean {
  const words = pattern.split('*').map(word => word.replace(/[^\w:-]/g, '\\$&'));
  return new RegExp(`^${words.join('.*')}$`).test(action);
}
