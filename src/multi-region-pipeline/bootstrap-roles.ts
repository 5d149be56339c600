import { Stack } from 'aws-cdk-lib';
import { isForeign } from './deployment-plan';
import { MultiRegionSystem } from '../system/multi-region-system';

/** The roles that `cdk bootstrap` made in the account of a system, as the stack of the pipeline names them. */
export class BootstrapRoles {
  constructor(private readonly stack: Stack, private readonly system: MultiRegionSystem, private readonly qualifier: string) {}

  /**
   * Returns the roles that a deployment to a region assumes: for its stacks, and for the files that they are made of. Images are not among it, since
   * building one takes a privileged container.
   */
  public deploying(region: string): string[] {
    return ['deploy', 'file-publishing'].map(role => this.arn(role, region));
  }

  /** Returns the role that may read everything in a region, and change nothing. */
  public reading(region: string): string {
    return this.arn('lookup', region);
  }

  private arn(role: string, region: string): string {
    const account = (isForeign(this.system, this.stack) && this.system._account) || this.stack.account;
    return this.stack.formatArn({ service: 'iam', region: '', account, resource: 'role', resourceName: `cdk-${this.qualifier}-${role}-role-${account}-${region}` });
  }
}
