import { Stack } from 'aws-cdk-lib';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { letLogsUse } from './log-encryption';
import { removalPolicyOf } from './removal';

/** Returns the key that encrypts a region's logs and its functions' environment variables. */
export function regionKey(scope: Construct, systemName: string): IKey {
  const key = new Key(scope, 'Key', {
    enableKeyRotation: true,
    description: `encrypts logs and environment variables of ${systemName} in ${Stack.of(scope).region}`,
    removalPolicy: removalPolicyOf(scope),
  });
  letLogsUse(key, '*');
  return key;
}
