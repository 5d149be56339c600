import { LEDGER } from './ledger-schema';
import { TableAccess } from '../global-table/table-grants';

/** The access of each handler to the ledger: the requests that it sends, and no others. */
export const LEDGER_ACCESS = {
  starter: { actions: ['dynamodb:Query', 'dynamodb:PutItem'] },
  sweeper: { actions: ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], indexActions: ['dynamodb:Query'] },
  recorder: { actions: ['dynamodb:UpdateItem'] },
} satisfies Record<string, TableAccess>;

/** The attributes of an entry that an operator may set, with the keys that name it. */
const OPERATOR_WRITES = [LEDGER.PARTITION_KEY, LEDGER.SORT_KEY, 'forced', 'forbidden', LEDGER.INDEX_SORT_KEY];

/** The attributes of an entry that an operator may read: all but the event, whose content is none of an operator's business, and its trace. */
export const OPERATOR_READS = [
  ...OPERATOR_WRITES, LEDGER.INDEX_PARTITION_KEY, LEDGER.TTL, 'status', 'origin', 'publishedAt', 'startedAt', 'cycle', 'endedAt', 'beatAt', 'upSince',
];

/**
 * The access of an operator to the ledger. Select and ReturnValues always have a value, and some values return all attributes: those are left out.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export const OPERATOR_ACCESS = {
  read: {
    actions: ['dynamodb:GetItem', 'dynamodb:Query'],
    indexActions: ['dynamodb:Query'],
    conditions: {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': OPERATOR_READS },
      'StringEquals': { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    },
  },
  write: {
    actions: ['dynamodb:UpdateItem'],
    conditions: {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': OPERATOR_WRITES },
      'StringEquals': { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
    },
  },
} satisfies Record<string, TableAccess>;
