import { AskedSystem } from '../operate/asked-system';
import { Resource, StackArtifact } from '../system/cloud-assembly';

/**
 * The types of resources that write lines about requests. Other log groups hold what is of no use here, and would cost: what flows through a network,
 * or what a firewall saw.
 */
const WRITERS = ['AWS::Lambda::Function', 'AWS::ApiGateway::Stage', 'AWS::StepFunctions::StateMachine'];

/** Of log groups that are known by their names only: what flows through a network and what a trail records is much, and of no request. */
const OF_NO_USE = /FlowLogs|AuditTrail|cloudtrail|waf-logs/;

/** The log groups of a system in one region. */
export interface WantedLogGroups {
  /** The text that all their names hold, and those of some others. */
  readonly pattern: string;
  /** Returns whether a log group with this name is one of them. */
  readonly isWanted: (name: string) => boolean;
}

/** Returns the log groups of a region that have lines about requests: by the templates, or by their names if there are none. */
export function wantedLogGroups({ name, stacks }: Pick<AskedSystem, 'name' | 'stacks'>, region: string): WantedLogGroups {
  const pattern = `${name}-`;
  if (stacks.length === 0) return { pattern, isWanted: group => new RegExp(`(^|/)${name}-`).test(group) && !OF_NO_USE.test(group) };
  const wanted = stacks.filter(stack => stack.region === region).flatMap(namesIn);
  return { pattern, isWanted: group => wanted.some(one => one.test(group)) };
}

/** Returns the patterns of the names of a stack's log groups. */
function namesIn({ stackName, template: { Resources = {} } }: StackArtifact): RegExp[] {
  const used = Object.values(Resources).filter(({ Type }) => WRITERS.includes(Type)).map(({ Properties }) => JSON.stringify(Properties ?? {}));
  const isUsed = (id: string) => used.some(text => text.includes(`{"Ref":"${id}"}`) || text.includes(`{"Fn::GetAtt":["${id}",`));
  return Object.entries(Resources).filter(([id, { Type }]) => Type === 'AWS::Logs::LogGroup' && isUsed(id)).flatMap(([id, resource]) => nameOf(stackName, id, resource));
}

/**
 * Returns the pattern of a name: CloudFormation appends something to the names that it makes itself; MiniStack has them behind slashes.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
 */
function nameOf(stackName: string, id: string, { Properties: { LogGroupName: name } = {} }: Resource): RegExp[] {
  if (name === undefined) return [new RegExp(`(^|/)${stackName}[-/]${id}(-|$)`)];
  return typeof name === 'string' ? [new RegExp(`^${name.replaceAll('.', '[.]')}$`)] : [];
}
