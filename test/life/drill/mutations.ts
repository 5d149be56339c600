import { writeFileSync } from 'fs';
import { StepName } from './steps';
import { CloudAssembly, Resource, StackArtifact, Template } from '../../../cli/system/cloud-assembly';

/** Something that the library once did, or might, made of its templates: the drill must notice. */
export interface Mutation {
  readonly name: string;
  readonly story: string;
  /** The steps that it takes to notice. */
  readonly steps: StepName[];
  /** What the drill then says. */
  readonly caught: RegExp;
  /** @param before the same stack as it was synthesized last */
  mutate?(stack: MutableStack, before?: StackArtifact): void;
  /** The order of deployment, if it is not that of the assembly. */
  wavesOf?(assembly: CloudAssembly): StackArtifact[][];
}

interface MutableStack extends Omit<StackArtifact, 'template'> {
  template: { Resources: Record<string, MutableResource> };
}

type MutableResource = { -readonly [key in keyof Resource]: Resource[key] } & { Properties: Record<string, any> };

/** Rewrites the templates of an assembly. */
export function mutate(folder: string, mutation: Mutation, before?: CloudAssembly): void {
  for (const stack of CloudAssembly.read(folder).stacks) {
    mutation.mutate?.(stack as unknown as MutableStack, before?.stacks.find(({ id }) => id === stack.id));
    writeFileSync(stack.templateFile, JSON.stringify(stack.template));
  }
}

/** Of mutations, all that are kept. */
export const MUTATIONS: Mutation[] = [
  {
    name: 'tracing-after-role',
    story: 'what lets functions send traces is attached to their roles, instead of being there first',
    steps: ['bring-up'],
    caught: /PutTraceSegments/,
    mutate: stack => {
      for (const [id, policy] of ofType(stack, 'AWS::IAM::ManagedPolicy')) {
        const users = ofType(stack, 'AWS::IAM::Role')
          .filter(([, role]) => JSON.stringify(role.Properties.ManagedPolicyArns ?? []).includes(`{"Ref":"${id}"}`));
        for (const [, { Properties }] of users) {
          Properties.ManagedPolicyArns = Properties.ManagedPolicyArns.filter((arn: { Ref?: string }) => arn.Ref !== id);
        }
        policy.Properties.Roles = users.map(([role]) => ({ Ref: role }));
      }
    },
  },
  {
    name: 'names-stay-after-rollback',
    story: 'what is kept when a stack is deleted is kept as well when its creation is rolled back',
    steps: ['fail-global', 'fail-regional', 'fail-mesh', 'bring-up'],
    caught: /already exists|AlreadyExists/,
    mutate: stack => all(stack).filter(resource => resource.DeletionPolicy === 'RetainExceptOnCreate').forEach(resource => { resource.DeletionPolicy = 'Retain'; }),
  },
  {
    name: 'tables-first',
    story: 'tables are made before the rest of the global stack',
    steps: ['fail-global', 'bring-up'],
    caught: /already exists/,
    mutate: stack => {
      const tables = ofType(stack, 'AWS::DynamoDB::GlobalTable');
      tables.forEach(([, table]) => { delete table.DependsOn; });
      ofType(stack, 'AWS::CloudTrail::Trail').forEach(([, trail]) => { trail.DependsOn = [...[trail.DependsOn ?? []].flat(), ...tables.map(([id]) => id)]; });
    },
  },
  {
    name: 'versions-stay',
    story: 'a version of a function stays when its deployment was rolled back',
    steps: ['bring-up', 'canary', 'canary-again'],
    caught: /ersion/,
    mutate: stack => ofType(stack, 'AWS::Lambda::Version').forEach(([, version]) => { version.DeletionPolicy = 'Retain'; }),
  },
  {
    name: 'canary-without-alarms',
    story: 'no alarm stops a canary',
    steps: ['bring-up', 'canary'],
    caught: /it was deployed, although it was to fail/,
    mutate: stack => ofType(stack, 'AWS::CodeDeploy::DeploymentGroup').forEach(([, group]) => { delete group.Properties.AlarmConfiguration; }),
  },
  {
    name: 'code-without-version',
    story: 'new code is not published as a version',
    steps: ['bring-up', 'change-code'],
    caught: /✖ the new code answers/,
    mutate: (stack, before) => keepId(stack, 'AWS::Lambda::Version', before),
  },
  {
    name: 'definition-without-version',
    story: 'a new definition is not published as a version',
    steps: ['bring-up', 'change-code'],
    caught: /✖ the new definition/,
    mutate: stack => ofType(stack, 'AWS::StepFunctions::StateMachineVersion').forEach(([, version]) => { delete version.Properties.StateMachineRevisionId; }),
  },
  {
    name: 'schema-without-deployment',
    story: 'a changed schema makes no deployment of the API',
    steps: ['bring-up', 'change-schema'],
    caught: /✖ the new schema/,
    mutate: (stack, before) => keepId(stack, 'AWS::ApiGateway::Deployment', before),
  },
  {
    name: 'authorizer-without-deployment',
    story: 'a changed authorizer makes no deployment of the API',
    steps: ['bring-up', 'change-route', 'change-authorizer'],
    caught: /✖ the changed authorizer/,
    mutate: (stack, before) => before && JSON.stringify(before.template).includes('AWS::ApiGateway::Authorizer') && keepId(stack, 'AWS::ApiGateway::Deployment', before),
  },
  {
    name: 'rules-before-policies',
    story: 'rules are made before the policies that let them deliver',
    steps: ['bring-up', 'change-code'],
    caught: /✖ no event is lost/,
    mutate: stack => {
      const rules = ofType(stack, 'AWS::Events::Rule');
      rules.forEach(([, rule]) => { delete rule.DependsOn; });
      for (const [, policy] of ofType(stack, 'AWS::SQS::QueuePolicy')) {
        const queues: string[] = policy.Properties.Queues.map(({ Ref }: { Ref: string }) => stack.template.Resources[Ref].Properties.QueueName);
        policy.DependsOn = rules
          .filter(([, { Properties }]) => queues.some(queue => JSON.stringify(Properties.Targets).includes(`:${queue}"`)))
          .map(([id]) => id);
      }
    },
  },
  {
    name: 'mesh-not-last',
    story: 'the primary region is connected before the others are there',
    steps: ['bring-up'],
    caught: /does not exist|ResourceNotFound/,
    wavesOf: assembly => {
      const [global, regional, mesh] = assembly.waves();
      return [global, [regional[0]], [mesh[0]], regional.slice(1), mesh.slice(1)];
    },
  },
  {
    name: 'protection-stays',
    story: 'replicas of a region that is to leave stay protected',
    steps: ['bring-up', 'join', 'leave'],
    caught: /protected/,
    mutate: stack => ofType(stack, 'AWS::DynamoDB::GlobalTable')
      .forEach(([, table]) => table.Properties.Replicas.forEach((replica: Record<string, unknown>) => { replica.DeletionProtectionEnabled = true; })),
  },
  {
    name: 'records-stay',
    story: 'a region that is to leave stays in DNS',
    steps: ['bring-up', 'join', 'leave'],
    caught: /customers near eu-west-1 are served by eu-west-1/,
    mutate: (stack, before) => {
      if (before && stack.id.endsWith('eu-west-1-mesh')) stack.template = before.template as MutableStack['template'];
    },
  },
  {
    name: 'permission-missing',
    story: 'a function may not write what it writes',
    steps: ['bring-up'],
    caught: /✖ IAM denies/,
    mutate: stack => ofType(stack, 'AWS::IAM::Role').filter(([id]) => id.startsWith('Charge')).forEach(([, role]) => { role.Properties.Policies = []; }),
  },
];

function all({ template }: MutableStack): MutableResource[] {
  return Object.values(template.Resources ?? {});
}

function ofType({ template }: MutableStack, type: string): [string, MutableResource][] {
  return Object.entries(template.Resources ?? {}).filter(([, resource]) => resource.Type === type);
}

/** Gives what is new the id of what it replaces, so that CloudFormation takes it for the same. */
function keepId(stack: MutableStack, type: string, before?: StackArtifact): void {
  const old = Object.keys((before?.template as Template | undefined)?.Resources ?? {}).filter(id => before!.template.Resources![id].Type === type);
  for (const [id] of ofType(stack, type)) {
    const stem = (logicalId: string) => logicalId.replace(/[0-9A-Fa-f]{32,}$/, '');
    const kept = old.find(other => stem(other) === stem(id));
    if (kept && kept !== id) stack.template = JSON.parse(JSON.stringify(stack.template).replaceAll(`"${id}"`, `"${kept}"`));
  }
}
