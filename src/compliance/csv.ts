import { Check, PackResult } from './findings';

const HEADER = ['Pack', 'Rule', 'Level', 'Status', 'Resource', 'Resource type', 'Stack', 'Region', 'Reason', 'Rule description'];

/**
 * Renders every check as a line, as RFC 4180 has it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function renderCsv(packs: PackResult[]): string {
  const lines = packs.flatMap(({ title, rules }) => rules.flatMap(({ level, description, checks }) => checks.map((check: Check) => [
    title, check.id, level, check.status, check.resource, check.resourceType, check.stack, check.region, check.reason ?? '', description,
  ])));
  return [HEADER, ...lines].map(fields => `${fields.map(quote).join(',')}\r\n`).join('');
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replace(/"/g, '""')}"` : field;
}
