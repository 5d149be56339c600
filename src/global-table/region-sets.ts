import { IConstruct } from 'constructs';
import { TableConsistency } from './table-consistency';
import { invalidProp } from '../system/errors';

/** All replicas and the witness of a strongly consistent table are in one of these sets. */
const REGION_SETS = {
  US: ['us-east-1', 'us-east-2', 'us-west-2'],
  EU: ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
  AP: ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
};
const SETS = Object.entries(REGION_SETS).map(([name, regions]) => `${name} (${regions.join(', ')})`).join(', ');

/** The properties of a table upon which its consistency bears. */
export interface ConsistencyProps {
  readonly consistency?: TableConsistency;
  readonly witnessRegion?: string;
  readonly timeToLiveAttribute?: string;
  readonly localSecondaryIndexes?: unknown[];
}

/**
 * Throws unless the table can have its consistency in these regions, and those that are retiring can leave it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteGlobalTableWitnessGroupMemberAction.html
 */
export function requireConsistency(owner: IConstruct, regions: string[], retiring: string[], props: ConsistencyProps): void {
  const { consistency = TableConsistency.EVENTUAL, witnessRegion } = props;
  if (!Object.values(TableConsistency).includes(consistency)) {
    throw invalidProp(owner, 'consistency', consistency, Object.values(TableConsistency).join(', '));
  }
  if (consistency === TableConsistency.EVENTUAL) {
    if (witnessRegion !== undefined) {
      throw invalidProp(owner, 'witnessRegion', witnessRegion, 'nothing, because only a table with consistency STRONG has a witness');
    }
    return;
  }
  if (retiring.length > 0) {
    throw invalidProp(owner, 'consistency', `${consistency} while ${retiring.join(', ')} is retiring`,
      'EVENTUAL, because such a table has three members, and DynamoDB removes none of them alone: move its data to another table before a region leaves');
  }
  if (witnessRegion !== undefined && regions.includes(witnessRegion)) {
    throw invalidProp(owner, 'witnessRegion', witnessRegion,
      `a region other than those of the system (${regions.join(', ')}), because a witness serves nobody; sets: ${SETS}`);
  }
  const all = witnessRegion === undefined ? regions : [...regions, witnessRegion];
  const isOneSet = Object.values(REGION_SETS).some(set => all.every(region => set.includes(region)));
  if (all.length !== 3 || !isOneSet) {
    throw invalidProp(owner, 'consistency', `${consistency} in ${all.join(', ')}${witnessRegion === undefined ? '' : ' (the witness)'}`,
      `STRONG in exactly three regions of one set, or in two with a witnessRegion of their set; sets: ${SETS}`);
  }
  if (props.timeToLiveAttribute !== undefined) {
    throw invalidProp(owner, 'timeToLiveAttribute', props.timeToLiveAttribute,
      'nothing, because DynamoDB expires no items of a table with consistency STRONG');
  }
  if (props.localSecondaryIndexes?.length) {
    throw invalidProp(owner, 'localSecondaryIndexes', `${props.localSecondaryIndexes.length} indexes`,
      'none, because DynamoDB has none on a table with consistency STRONG');
  }
}
