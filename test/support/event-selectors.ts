/** The fields of an event that a selector may name. */
export type RecordedFields = Record<'eventCategory' | 'resources.type' | 'resources.ARN' | 'userIdentity.arn' | 'readOnly', string>;

type Operator = 'Equals' | 'StartsWith' | 'EndsWith' | 'NotEquals' | 'NotStartsWith' | 'NotEndsWith';

/**
 * Returns whether a trail with these advanced event selectors records an event: if all fields of any selector match. A field matches if any value of
 * its operator does, and none of an operator that says not.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
 */
export function isRecorded(selectors: any[], event: Partial<RecordedFields>): boolean {
  return selectors.some(({ FieldSelectors }) => FieldSelectors.every(({ Field, ...operators }: any) => {
    const actual = event[Field as keyof RecordedFields] ?? '';
    return Object.entries<string[]>(operators).every(([operator, values]) => matches(operator as Operator, actual, values));
  }));
}

function matches(operator: Operator, actual: string, values: string[]): boolean {
  switch (operator) {
    case 'Equals': return values.includes(actual);
    case 'StartsWith': return values.some(value => actual.startsWith(value));
    case 'EndsWith': return values.some(value => actual.endsWith(value));
    case 'NotEquals': return !matches('Equals', actual, values);
    case 'NotStartsWith': return !matches('StartsWith', actual, values);
    case 'NotEndsWith': return !matches('EndsWith', actual, values);
    default: throw new Error(`${operator} is no operator of a selector`);
  }
}
