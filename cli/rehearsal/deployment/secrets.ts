import { randomUUID } from 'crypto';
import { CloudAssembly } from '../../system/cloud-assembly';
import { authorizationFor } from '../regions/authorization';
import { LocalRegion } from '../regions/local-region';

/**
 * A secret that CloudFormation reads by its name. What is behind `SecretString` names a key of its JSON.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
const REFERENCE = /\{\{resolve:secretsmanager:([^:}]+)(?::SecretString:([^:}]+))?[^}]*\}\}/g;

/** Values of secrets, by name. */
export type Secrets = Readonly<Record<string, string>>;

/** Returns a value that nobody knows for each secret that templates read, no stack makes, and nobody has given. It is 64 letters and digits, or JSON of such. */
export function standInSecrets({ stacks }: Pick<CloudAssembly, 'stacks'>, given: Secrets): Secrets {
  const made = new Set(stacks.flatMap(({ template, region }) => Object.values(template.Resources ?? {})
    .flatMap(({ Type, Properties = {} }) => (Type === 'AWS::SecretsManager::Secret' ? regionsOf(Properties, region).map(one => `${one} ${Properties.Name}`) : []))));
  const keys = new Map<string, string[]>();
  for (const { template, region } of stacks) {
    for (const [, name, key] of JSON.stringify(template.Resources ?? {}).matchAll(REFERENCE)) {
      // that of an ARN is of one region, and CloudFormation refuses it where it is not
      if (name === 'arn' || made.has(`${region} ${name}`) || Object.hasOwn(given, name)) continue;
      keys.set(name, [...keys.get(name) ?? [], ...key === undefined ? [] : [key]]);
    }
  }
  const valueOf = (all: string[]) => (all.length === 0 ? unknown() : JSON.stringify(Object.fromEntries(all.map(key => [key, unknown()]))));
  return Object.fromEntries([...keys].map(([name, all]) => [name, valueOf(all)]));
}

/** Puts secrets into a region, before anything is deployed to it. */
export async function createSecrets({ name: region, endpoint }: LocalRegion, secrets: Secrets): Promise<void> {
  for (const [Name, SecretString] of Object.entries(secrets)) {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { ...authorizationFor('secretsmanager', region), 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.CreateSecret' },
      body: JSON.stringify({ Name, SecretString, ClientRequestToken: randomUUID() }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`Secrets Manager in ${region} does not take ${Name}: ${await answer.text()}`);
  }
}

function regionsOf({ ReplicaRegions = [] }: { readonly ReplicaRegions?: readonly { readonly Region: string }[] }, region: string): string[] {
  return [region, ...ReplicaRegions.map(({ Region }) => Region)];
}

function unknown(): string {
  return `${randomUUID()}${randomUUID()}`.replaceAll('-', '');
}
