/** Stands for what only a deployment knows. */
const UNKNOWN = '*';

/** Returns the text of a value of a template, with `*` for each part that only a deployment knows; nothing if none of it is known. */
export function textOf(value: unknown): string | undefined {
  const text = read(value);
  return /[^*]/.test(text) ? text : undefined;
}

function read(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join } = Object(value) as { 'Fn::Join'?: [string, unknown[]] };
  return Array.isArray(join?.[1]) ? join[1].map(read).join(join[0]) : UNKNOWN;
}
