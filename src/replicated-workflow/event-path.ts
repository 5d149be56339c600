/** A path into an event, such as `$.detail.orderId`: names only, so that it means the same to everybody. */
export const KEY_PATH = /^\$(\.[A-Za-z_][A-Za-z0-9_-]*)+$/;

/** Returns the value at such a path in an event. */
export function valueAt(event: unknown, path: string): unknown {
  return path.split('.').slice(1).reduce<unknown>(
    (object, name) => (isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined), event);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
