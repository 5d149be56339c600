import { inspect } from 'util';
import { Report } from './report';
import { Sent } from '../workload/workload';

/** Renders a report as JSON, which `JSON.parse` makes a `Report` of again. */
export function toJson(report: Report): string {
  return `${reportJson(report, 2)}\n`;
}

/** Renders the same for programs, without blanks. Whatever a workload's values are, it succeeds: what JSON cannot say is written as a text. */
export function reportJson(report: Report, space?: number): string {
  return JSON.stringify({ ...report, operations: report.operations.map(plain) }, undefined, space);
}

function plain(sent: Sent): Sent {
  const { operation, outcome } = sent;
  return { ...sent, operation: withPlainValue(operation), ...outcome ? { outcome: withPlainValue(outcome) } : {} };
}

/** A big integer, a circle, or a `toJSON` that throws is no reason to lose a report. */
function withPlainValue<T extends { readonly value?: unknown }>(one: T): T {
  try {
    JSON.stringify(one.value);
    return one;
  } catch {
    return { ...one, value: inspect(one.value, { depth: 4, breakLength: Infinity }) };
  }
}
