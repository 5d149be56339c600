/** The result of one rule for one resource. */
export interface Check {
  /** The rule; with what it is about in brackets, if a resource can break it in several ways. */
  readonly id: string;
  readonly status: 'compliant' | 'open' | 'acknowledged';
  /** The path of the resource in the app. */
  readonly resource: string;
  readonly resourceType: string;
  readonly stack: string;
  readonly region: string;
  /** The reason of its acknowledgement. */
  readonly reason?: string;
}

/** A rule of a pack, with its results. */
export interface RuleResult {
  readonly id: string;
  readonly level: 'error' | 'warning';
  /** The description of the violation, in cdk-nag's words. */
  readonly description: string;
  /** None for a rule about resources that there are not. */
  readonly checks: Check[];
}

/** The results of a pack. */
export interface PackResult {
  readonly title: string;
  readonly rules: RuleResult[];
}

/** The results of a pack, in numbers. */
export interface PackSummary {
  /** Rules about resources that there are. */
  readonly applicable: number;
  /** Those that nothing breaks. */
  readonly compliant: number;
  readonly open: number;
  readonly acknowledged: number;
}

export function summaryOf({ rules }: PackResult): PackSummary {
  const applicable = rules.filter(rule => rule.checks.length > 0);
  const count = (status: Check['status']) => applicable.flatMap(rule => rule.checks).filter(check => check.status === status).length;
  return {
    applicable: applicable.length,
    compliant: applicable.filter(rule => rule.checks.every(check => check.status === 'compliant')).length,
    open: count('open'),
    acknowledged: count('acknowledged'),
  };
}
