import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';

/** Expects that no rule of AwsSolutions and Serverless has a finding, in any stack of a construct's app. */
export function expectNoFindings({ node: { root } }: IConstruct): void {
  for (const pack of [new AwsSolutionsChecks(), new ServerlessChecks()]) {
    expect(pack.validateScope(root).violations).toEqual([]);
  }
}
