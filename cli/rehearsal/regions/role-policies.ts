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

  private async call(parameters: Record<string, string>): Promise<void> {
    const { name, endpoint } = this.region;
    const answer = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({ ...parameters, Version: VERSION }),
      headers: { Authorization: `AWS4-HMAC-SHA256 Credential=test/20000101/${name}/iam/aws4_request, SignedHeaders=host, Signature=0` },
      signal: AbortSignal.timeout(5000),
    });
    if (!answer.ok) throw new Error(`IAM in ${name} refuses ${parameters.Action}: ${await answer.text()}`);
  }
}
