import { readFileSync } from 'fs';
import { version } from 'aws-cdk-lib/package.json';

const read = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'));

/**
 * The feature flags that users' apps have: none in an old one, and what `cdk init` writes: by the lowest version that the package takes, which is the one that is installed here, and by the newest that there was when this was
 * written, from a copy of its recommended-feature-flags.json.
 */
export const FEATURE_FLAGS: Record<string, Record<string, unknown>> = {
  'no feature flags': {},
  [`the feature flags of cdk init ${version}`]: read(require.resolve('aws-cdk-lib/recommended-feature-flags.json')),
  'the feature flags of cdk init 2.276.0': read('test/support/feature-flags-2.276.0.json'),
};
