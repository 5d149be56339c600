/** The text that EventBridge makes of an event by the input transformer of a rule's target, and that CloudFormation makes of that in a template. */

const MAX_VARIABLES = 100;
const MAX_TEMPLATE = 8192;
const PSEUDO_PARAMETERS: Record<string, string> = { 'AWS::Partition': 'aws', 'AWS::AccountId': '123456789012', 'AWS::Region': 'us-west-2' };

/** Returns a text of a template, in which nothing but pseudo parameters is to be filled in. */
function textOf(value: any): string {
  if (typeof value === 'string') return value;
  if (value['Fn::Join']) return value['Fn::Join'][1].map(textOf).join(value['Fn::Join'][0]);
  if (value.Ref in PSEUDO_PARAMETERS) return PSEUDO_PARAMETERS[value.Ref];
  throw new Error(`not a literal text: ${JSON.stringify(value)}`);
}

/** Returns the template, with the variables' names in angle brackets. */
export function inputTemplateOf(target: any): string {
  const template = textOf(target.InputTransformer.InputTemplate);
  expect(template.length).toBeLessThanOrEqual(MAX_TEMPLATE);
  expect(Object.keys(target.InputTransformer.InputPathsMap).length).toBeLessThanOrEqual(MAX_VARIABLES);
  return template;
}

/**
 * Returns the text that the target gets: a variable within quotation marks is replaced by its text as it is, and another by its value as JSON;
 * nothing is escaped. A variable whose path the event has not is left out.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
 */
export function transform(target: any, event: object): string {
  const paths: Record<string, string> = target.InputTransformer.InputPathsMap;
  // in turn: an escaped character, a quotation mark, a variable
  let isInText = false;
  return inputTemplateOf(target).replace(/\\.|"|<([^<>]+)>/g, (found, variable?: string) => {
    if (found === '"') isInText = !isInText;
    if (variable === undefined) return found;
    if (!Object.hasOwn(paths, variable)) throw new Error(`not a variable: ${variable}`);
    const value = valueAt(event, paths[variable]);
    if (value === undefined) return '';
    if (typeof value !== 'string') return JSON.stringify(value);
    return isInText ? value : `"${value}"`;
  });
}

/** Returns the value at a path: of those that EventBridge takes, those with dots, dashes and indices. */
function valueAt(event: object, path: string): unknown {
  if (!/^\$(\.[\w-]+(\[\d+\])?)+$/.test(path)) throw new Error(`not a path that this knows: ${path}`);
  return path.slice(2).split(/[.[\]]+/).filter(Boolean).reduce<any>((value, key) => value?.[key], event);
}
