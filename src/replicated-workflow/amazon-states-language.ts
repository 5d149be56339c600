/** A state machine, or a part of one: the branch of a Parallel state, the processor of a Map state. */
interface Machine {
  readonly StartAt?: unknown;
  readonly States?: { readonly [name: string]: any };
}

const TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'];
/** Those that an execution does not go on from. */
const LAST = ['Succeed', 'Fail'];

/**
 * Returns the fault of a definition, or undefined: of how states follow one another, which CloudFormation would only find out region by region. What
 * a state does is not looked at.
 *
 * @see https://states-language.net
 */
export function faultOf(definition: unknown): string | undefined {
  const { StartAt, States } = (definition ?? {}) as Machine;
  if (typeof StartAt !== 'string' || typeof States !== 'object' || States === null || !(StartAt in States)) {
    return 'a state machine has States, and StartAt naming one of them';
  }
  for (const [name, state] of Object.entries(States)) {
    const fault = faultOfState(state, States);
    if (fault) return `state ${name}: ${fault}`;
  }
  return undefined;
}

function faultOfState(state: any, siblings: object): string | undefined {
  if (!TYPES.includes(state?.Type)) return `Type is ${JSON.stringify(state?.Type)}, not one of ${TYPES.join(', ')}`;
  const choices = [...state.Choices ?? [], ...state.Catch ?? []].map(({ Next }) => Next as unknown);
  const missing = [state.Next, state.Default, ...choices].find(target => target !== undefined && !(typeof target === 'string' && target in siblings));
  if (missing !== undefined) return `there is no state ${JSON.stringify(missing)} to go on with`;
  if (state.Type === 'Choice' ? choices.length === 0 : !LAST.includes(state.Type) && (state.Next === undefined) === (state.End !== true)) {
    return state.Type === 'Choice' ? 'it has no Choices' : 'it needs either Next, or End: true';
  }
  const inner = [...state.Branches ?? [], ...state.Type === 'Map' ? [state.ItemProcessor ?? state.Iterator] : []];
  return inner.map(faultOf).find(fault => fault !== undefined);
}
