import { EventPattern } from 'aws-cdk-lib/aws-events';

/** Patterns as EventBridge has them: the L2's names, and what the L2 does not know. */
export interface RenderedPattern {
  readonly [field: string]: any;
}

/** An L2 event pattern for an L1 rule. */
export function renderPattern({ detailType, ...pattern }: EventPattern): RenderedPattern {
  const rendered = { ...pattern, 'detail-type': detailType };
  return Object.fromEntries(Object.entries(rendered).filter(([, value]) => value !== undefined));
}
