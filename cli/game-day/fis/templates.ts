import { SystemDescription } from '../../system/system-description';

/** A template may name so many resources in one target. */
const MOST_ARNS = 5;
/** The longest that a fault lasts if nobody stops it, in ISO 8601. The command stops it earlier. */
const DURATION = 'PT10M';
/** The tag of the subnets that the network fault may hit. */
const SUBNET_TAG = { 'cdk-multi-region:drill': 'allowed' };

export interface TemplateProps {
  readonly system: Pick<SystemDescription, 'name' | 'regions' | 'tables' | 'workflows'>;
  /** The region that is hit. */
  readonly region: string;
  /** Of the credentials. */
  readonly partition: string;
  readonly accountId: string;
  /** The role that FIS assumes. */
  readonly roleArn: string;
}

interface Template {
  readonly description: string;
  readonly roleArn: string;
  readonly targets: Readonly<Record<string, object>>;
  readonly actions: Readonly<Record<string, object>>;
  readonly stopConditions: readonly object[];
  readonly experimentOptions: object;
  readonly tags: Readonly<Record<string, string>>;
}

/** The faults that a template can be printed for, with what each does. */
export const FIS_FAULTS = {
  'pause-replication': 'DynamoDB replicates nothing to and from the region: the tables of the application, and the ledgers of its workflows',
  'cut-off': 'what is in subnets of the region reaches no other region; only functions in a VPC notice',
} as const;

export type FisFault = keyof typeof FIS_FAULTS;

/**
 * Returns what `aws fis create-experiment-template --cli-input-json` takes.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 * @see https://docs.aws.amazon.com/fis/latest/userguide/cross-region-scenario.html
 */
export function fisTemplate(fault: FisFault, props: TemplateProps): Template {
  const { system, region, roleArn } = props;
  return {
    description: `${system.name}: ${FIS_FAULTS[fault]}`,
    roleArn,
    ...fault === 'pause-replication' ? pauseReplication(props) : cutOff(props),
    // the command stops the experiment when customers suffer too long
    stopConditions: [{ source: 'none' }],
    // a fault that hits nothing proves nothing
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
    tags: { Name: `${system.name} ${fault} ${region}` },
  };
}

/** Pauses replication, but not of the control table: evacuations must reach the region, and be taken back. */
function pauseReplication({ system: { tables, workflows }, region, partition, accountId }: TemplateProps): Pick<Template, 'targets' | 'actions'> {
  const names = [...new Set([...tables.map(({ name }) => name), ...workflows.flatMap(({ ledger }) => ledger ?? [])])];
  if (names.length === 0) throw new Error('the system has no table that is replicated');
  const arns = names.map(name => `arn:${partition}:dynamodb:${region}:${accountId}:table/${name}`);
  const parts = Array.from({ length: Math.ceil(arns.length / MOST_ARNS) }, (_, i) => arns.slice(i * MOST_ARNS, (i + 1) * MOST_ARNS));
  return {
    targets: Object.fromEntries(parts.map((resourceArns, i) => [`tables-${i + 1}`, { resourceType: 'aws:dynamodb:global-table', resourceArns, selectionMode: 'ALL' }])),
    actions: Object.fromEntries(parts.map((_, i) => [`pause-${i + 1}`, {
      actionId: 'aws:dynamodb:global-table-pause-replication', parameters: { duration: DURATION }, targets: { Tables: `tables-${i + 1}` },
    }])),
  };
}

function cutOff({ system: { regions }, region }: TemplateProps): Pick<Template, 'targets' | 'actions'> {
  return {
    targets: { subnets: { resourceType: 'aws:ec2:subnet', resourceTags: SUBNET_TAG, selectionMode: 'ALL' } },
    actions: Object.fromEntries(regions.filter(peer => peer !== region).map(peer => [`cut-off-${peer}`, {
      actionId: 'aws:network:route-table-disrupt-cross-region-connectivity', parameters: { duration: DURATION, region: peer }, targets: { Subnets: 'subnets' },
    }])),
  };
}
