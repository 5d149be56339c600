import { authorizationFor } from './authorization';
import { LocalRegion } from './local-region';

const VERSION = '2010-05-08';

/** Policies of the roles in a local region, each of which has an IAM of its own. */
export class RolePolicies {
  constructor(private readonly region: Pick<LocalRegion, 'name' | 'endpoint'>) {}

  /**
   * Denies a role some actions, whatever else allows them.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
   */
  public async deny(roleName: string, policyName: string, actions: string[], resource: string): Promise<void> {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: actions, Resource: resource }] };
    await this.call({ Action: 'PutRolePolicy', RoleName: roleName, PolicyName: policyName, PolicyDocument: JSON.stringify(document) });
  }

  public async delete(roleName: string, policyName: string): Promise<void> {
    await this.call({ Action: 'DeleteRolePolicy', RoleName: roleName, PolicyName: policyName });
  }

  /** Returns what the inline policies of a role allow: each action with what it is allowed on. */
  public async allowed(roleName: string): Promise<{ readonly action: string; readonly resources: string[] }[]> {
    const names = textsOf('member', await this.call({ Action: 'ListRolePolicies', RoleName: roleName }));
    const documents = await Promise.all(names.map(async PolicyName => this.call({ Action: 'GetRolePolicy', RoleName: roleName, PolicyName })));
    return documents.flatMap(answer => {
      const [document] = textsOf('PolicyDocument', answer);
      const { Statement } = JSON.parse(decodeURIComponent(document)) as { Statement: Statement[] | Statement };
      return listOf(Statement).filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action = [], Resource = [] }) => (
        listOf(Action).map(action => ({ action, resources: listOf(Resource) }))
      ));
    });
  }

  private async call(parameters: Record<string, string>): Promise<string> {
    const { name, endpoint } = this.region;
    const answer = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({ ...parameters, Version: VERSION }),
      headers: authorizationFor('iam', name),
      signal: AbortSignal.timeout(5000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`IAM in ${name} refuses ${parameters.Action}: ${text}`);
    return text;
  }
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
}

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** Returns the texts of the elements of a name in an answer of IAM. Names and documents are encoded such that no text has markup in it. */
function textsOf(element: string, answer: string): string[] {
  return [...answer.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text]) => (
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
  ));
}
