/**
 * Returns whether EventBridge would match an event. There is no maintained matcher on npm, so this knows the operators that the library's templates
 * use, and throws on any other rather than guess.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesPattern(pattern: Record<string, unknown>, event: Record<string, unknown>): boolean {
  return Object.entries(pattern).every(([field, allowed]) => {
    if (field === '$or') {
      return (allowed as Record<string, unknown>[]).some(one => matchesPattern(one, event));
    }
    const value = Object.hasOwn(event, field) ? event[field] : undefined;
    if (Array.isArray(allowed)) {
      const values = Array.isArray(value) ? value : [value];
      return allowed.some(matcher => values.some(one => matchesOne(matcher, one)));
    }
    if (typeof allowed !== 'object' || allowed === null || field.startsWith('$')) {
      throw new Error(`not a pattern that this matcher knows: ${field}: ${JSON.stringify(allowed)}`);
    }
    return matchesPattern(allowed as Record<string, unknown>, typeof value === 'object' && value !== null ? value as Record<string, unknown> : {});
  });
}

function matchesOne(matcher: unknown, value: unknown): boolean {
  if (typeof matcher !== 'object' || matcher === null) {
    return matcher === value;
  }
  const [[operator, operand], ...more] = Object.entries(matcher);
  if (more.length > 0) throw new Error(`more than one operator: ${JSON.stringify(matcher)}`);
  switch (operator) {
    case 'exists': return (value !== undefined) === operand;
    case 'prefix': return typeof value === 'string' && value.startsWith(operand);
    case 'anything-but': return value !== undefined && ![operand].flat().some(excluded => matchesOne(excluded, value));
    default: throw new Error(`not an operator that this matcher knows: ${operator}`);
  }
}
