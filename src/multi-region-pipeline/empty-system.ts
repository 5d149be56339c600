import { CfnResource, IAspect, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { SystemPlan } from './deployment-plan';

/**
 * Warns of a system that only stands for the real one, in the pipeline's own app. The CDK CLI takes a stack without resources for one that is not
 * wanted any more: to deploy everything in that app would delete the real system.
 */
export class WarnOfEmptySystem implements IAspect {
  constructor(private readonly owner: IConstruct, private readonly plans: SystemPlan[]) {}

  public visit(node: IConstruct): void {
    if (node !== this.owner) return;
    for (const { system } of this.plans) {
      if (system.node.root === node.node.root && !system.node.findAll().some(CfnResource.isCfnResource)) {
        Validations.of(node).addWarning('cdk-multi-region:emptySystem', `the system ${system.node.path} is empty, and in the same app: `
          + 'cdk deploy --all would delete what is deployed of it; make it in an app of its own, new App({ autoSynth: false })');
      }
    }
  }
}
