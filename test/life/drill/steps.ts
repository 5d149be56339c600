/** The steps of a system's life, in order. */
export const STEPS = [
  'fail-global', 'fail-table', 'fail-regional', 'fail-mesh', 'bring-up', 'change-code', 'change-route', 'change-authorizer', 'change-schema',
  'canary', 'canary-again', 'join', 'leave', 'rejoin', 're-create', 'tear-down',
] as const;
export type StepName = typeof STEPS[number];

/** Those that say most in little time. */
export const SHORT: StepName[] = ['fail-table', 'fail-regional', 'fail-mesh', 'bring-up', 'change-schema', 'join', 'leave'];
