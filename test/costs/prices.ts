import { PRICES as FIXED, PRICES_OF_PROBES } from '../support/observability-costs';

/** How sure a price is: AWS's own page states it, or a dated page that copies AWS's does, or no page at hand states the amount. */
export type Evidence = 'AWS' | 'copy' | 'unverified';

/** A list price of US East (N. Virginia). */
export interface Price {
  readonly usd: number;
  /** The number of units that it is for. */
  readonly per: number;
  readonly unit: string;
  readonly evidence: Evidence;
  readonly source: string;
  /** When the source was written or read; AWS's own pages carry no date. */
  readonly dated: string;
}

const MILLION = 1e6;
const CLOUDWATCH = { evidence: 'copy', source: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/', dated: '2026-06-13' } as const;
const EVENTBRIDGE = { evidence: 'copy', source: 'https://cloudburn.io/blog/amazon-eventbridge-pricing', dated: '2026-03-13' } as const;
const ROUTE_53 = {
  evidence: 'AWS', source: 'https://raw.githubusercontent.com/api-evangelist/amazon-route53-resolver/refs/heads/main/plans/amazon-route53-resolver-plans-pricing.yml', dated: '2026-09-20',
} as const;
const API_GATEWAY = {
  evidence: 'AWS', source: 'https://raw.githubusercontent.com/api-evangelist/amazon-web-services/refs/heads/main/plans/amazon-web-services-plans-pricing.yml', dated: '2026-09-20',
} as const;
const WAF = { evidence: 'copy', source: 'https://c3x.dev/blog/aws-waf-cost-explained/', dated: 'undated' } as const;
const DYNAMODB = { evidence: 'copy', source: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing', dated: '2025-07-21' } as const;
const CODEBUILD = { evidence: 'copy', source: 'https://kindatechnical.com/aws-codebuild/understanding-codebuild-pricing.html', dated: 'undated' } as const;
const unverified = (page: string) => ({ evidence: 'unverified', source: page, dated: 'undated' }) as const;
const aws = (page: string) => ({ evidence: 'AWS', source: page, dated: 'undated' }) as const;

/** What is billed, and for how much. Tiers of large accounts and free allowances are left out. */
export const PRICES = {
  'alarm': { usd: FIXED.alarm, per: 1, unit: 'metric of an alarm and month', evidence: 'copy', source: 'https://github.com/vreutova/infracost-idem-support/pull/2', dated: 'undated' },
  'composite alarm': { usd: FIXED['composite alarm'], per: 1, unit: 'composite alarm and month', ...unverified('https://aws.amazon.com/cloudwatch/pricing/') },
  'custom metric': { usd: FIXED['custom metric'], per: 1, unit: 'metric and month', evidence: 'copy', source: 'https://signoz.io/guides/cloudwatch-pricing', dated: '2026-02-15' },
  'dashboard': { usd: FIXED.dashboard, per: 1, unit: 'dashboard and month', ...CLOUDWATCH },
  'logs taken in': { usd: 0.50, per: 1, unit: 'GB', ...CLOUDWATCH },
  'trace': { usd: PRICES_OF_PROBES['a trace of each'], per: MILLION, unit: 'million traces recorded', ...aws('https://aws.amazon.com/de/xray/pricing/') },
  'health check': { usd: 0.50, per: 1, unit: 'health check of an AWS endpoint and month', ...ROUTE_53 },
  'health check option': { usd: 1.00, per: 1, unit: 'option (HTTPS, 10 seconds) and month', ...ROUTE_53 },
  'calculated health check': { usd: FIXED['calculated health check'], per: 1, unit: 'calculated health check and month', ...unverified('https://aws.amazon.com/route53/pricing/') },
  'API request': { usd: PRICES_OF_PROBES['API Gateway'], per: MILLION, unit: 'million requests', ...API_GATEWAY },
  'web ACL': { usd: FIXED['web ACL'], per: 1, unit: 'web ACL and month', ...WAF },
  'rule of a web ACL': { usd: FIXED['rule of a web ACL'], per: 1, unit: 'rule and month', ...WAF },
  'request of a web ACL': { usd: PRICES_OF_PROBES['AWS WAF'], per: MILLION, unit: 'million requests', ...WAF },
  'invocation': {
    usd: 0.20, per: MILLION, unit: 'million invocations', evidence: 'copy', source: 'https://raw.githubusercontent.com/api-evangelist/aws-lambda/refs/heads/main/plans/aws-lambda-plans-pricing.yml', dated: '2026-09-20',
  },
  'GB-second': {
    usd: 0.0000133334, per: 1, unit: 'GB-second (Arm)', evidence: 'copy', source: 'https://app.unpkg.com/artillery@2.0.28/files/lib/platform/aws-lambda/prices.js', dated: 'undated',
  },
  'write unit': { usd: 0.625, per: MILLION, unit: 'million write request units', ...DYNAMODB },
  // priced as write units: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/global-tables-billing.html
  'replicated write unit': { usd: 0.625, per: MILLION, unit: 'million replicated write request units', ...DYNAMODB },
  'read unit': { usd: 0.125, per: MILLION, unit: 'million read request units', ...DYNAMODB },
  'write capacity unit': {
    usd: 0.00065, per: 1, unit: 'unit and hour, provisioned', evidence: 'copy', source: 'https://zeonedge.com/en/blog/dynamodb-cost-optimization-on-demand-provisioned-dax-single-table', dated: 'undated',
  },
  'GB stored': { usd: 0.25, per: 1, unit: 'GB of a replica and month', ...unverified('https://aws.amazon.com/dynamodb/pricing/on-demand/') },
  'GB recoverable': { usd: 0.20, per: 1, unit: 'GB with point-in-time recovery and month', ...unverified('https://aws.amazon.com/dynamodb/pricing/on-demand/') },
  'custom event': { usd: 1.00, per: MILLION, unit: 'million events of up to 64 KB', ...EVENTBRIDGE },
  // what reaches another bus is billed as a custom event: https://aws.amazon.com/about-aws/whats-new/2021/05/amazon-eventbridge-supports-sharing-events-between-event-buses-same-account-region/
  'event to a peer': { usd: 1.00, per: MILLION, unit: 'million events of up to 64 KB and peer', ...EVENTBRIDGE },
  'request of a pipe': { usd: 0.40, per: MILLION, unit: 'million requests after the filter', ...EVENTBRIDGE },
  'GB archived': { usd: 0.10, per: 1, unit: 'GB archived', ...EVENTBRIDGE },
  'scheduled invocation': { usd: 1.00, per: MILLION, unit: 'million invocations', ...EVENTBRIDGE },
  'request of SQS': { usd: 0.40, per: MILLION, unit: 'million requests', evidence: 'copy', source: 'https://cloudburn.io/blog/amazon-sqs-pricing', dated: '2026-03-14' },
  'state transition': { usd: 0.025, per: 1000, unit: 'thousand transitions (STANDARD)', ...aws('https://aws.amazon.com/step-functions/pricing/') },
  'EXPRESS request': { usd: 1.00, per: MILLION, unit: 'million EXPRESS executions', ...unverified('https://aws.amazon.com/step-functions/pricing/') },
  'EXPRESS GB-second': { usd: 0.00001667, per: 1, unit: 'GB-second of EXPRESS executions', ...unverified('https://aws.amazon.com/step-functions/pricing/') },
  'KMS key': { usd: FIXED['KMS key'], per: 1, unit: 'key and month', ...aws('https://aws.amazon.com/kms/pricing/') },
  'data event': { usd: 0.10, per: 100_000, unit: '100,000 data events', ...aws('https://aws.amazon.com/cloudtrail/pricing/') },
  'GB between regions': { usd: 0.02, per: 1, unit: 'GB that leaves a region for another', evidence: 'copy', source: 'https://www.redresscompliance.com/aws-inter-region-transfer-costs-multiregion.html', dated: 'undated' },
  'action minute': { usd: 0.002, per: 1, unit: 'minute of an action (V2)', ...aws('https://aws.amazon.com/codepipeline/pricing/') },
  'small build minute': { usd: 0.005, per: 1, unit: 'minute of general1.small', ...CODEBUILD },
  'medium build minute': { usd: 0.01, per: 1, unit: 'minute of general1.medium', ...CODEBUILD },
} satisfies Record<string, Price>;

export type Item = keyof typeof PRICES;

export function priceOf(item: Item): Price {
  return PRICES[item];
}

/** US dollars for so many units of an item. */
export function usd(item: Item, quantity: number): number {
  return priceOf(item).usd * quantity / priceOf(item).per;
}
