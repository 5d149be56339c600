/** The module that the example-app imports as `cdk-multi-region/rehearsal` in this repository: see cdk-multi-region.ts. */
export * from '../../cli/rehearsal/workload';
