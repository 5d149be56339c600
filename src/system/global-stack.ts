import { Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acceptEmptiness } from './region-stacks';

const ID = 'global';

/** The stack of what a system has once, made when it is first asked for. */
export class GlobalStack {
  private existing?: Stack;

  constructor(private readonly owner: Construct, private readonly namePrefix: string, private readonly props: StackProps) {}

  public get stack(): Stack {
    if (!this.existing) {
      this.existing = new Stack(this.owner, ID, { stackName: this.stackName, ...this.props });
      acceptEmptiness(this.existing);
    }
    return this.existing;
  }

  /** The stack, if it was made. */
  public get made(): Stack | undefined {
    return this.existing;
  }

  /** The name, whether it was made or not. */
  public get stackName(): string {
    return `${this.namePrefix}-${ID}`;
  }

  /** The path, by which the CDK CLI knows it, whether it was made or not. */
  public get path(): string {
    return `${this.owner.node.path}/${ID}`;
  }
}
