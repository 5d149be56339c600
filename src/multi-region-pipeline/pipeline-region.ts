import { Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { invalidProp } from '../system/errors';

/**
 * The regions that have all that a pipeline is made of, as of November 2026: CodePipeline with its source action for connections, and CodeBuild. No data of the CDK tells it.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html the regions in which a pipeline can be created
 * @see https://docs.aws.amazon.com/general/latest/gr/codepipeline.html
 * @see https://docs.aws.amazon.com/general/latest/gr/codebuild.html
 */
const WITH_ALL = [
  'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1',
  'eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-west-1', 'eu-west-2', 'eu-west-3',
  'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2',
  'us-gov-east-1',
];

/** The regions that have no CodePipeline. Some of them have no CodeBuild either. */
const WITHOUT_PIPELINES = ['ap-east-2', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'mx-central-1'];

/**
 * The regions that have CodePipeline, but not its source action for connections, which is the one for GitHub and all others.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-github.html
 * @see https://docs.amazonaws.cn/en_us/codepipeline/latest/userguide/connections-azure.html for the regions in China
 */
const WITHOUT_CONNECTIONS = [
  'af-south-1', 'ap-east-1', 'ap-northeast-3', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4', 'eu-central-2', 'eu-south-2', 'il-central-1', 'me-central-1', 'me-south-1',
  'us-gov-west-1', 'cn-north-1', 'cn-northwest-1',
];

/**
 * Throws if a pipeline cannot be in a region, and warns of a region that the lists do not know: it is newer than they are, and may well have all.
 * The regions that a pipeline deploys to may be any.
 */
export function requirePipelineRegion(owner: Construct, prop: string, region: string): void {
  const missing = WITHOUT_PIPELINES.includes(region) ? 'CodePipeline' : WITHOUT_CONNECTIONS.includes(region) ? 'CodePipeline\'s source action for connections' : undefined;
  if (missing) {
    throw invalidProp(owner, prop, region, `a region with ${missing}: ${WITH_ALL.join(', ')}. A pipeline can deploy to other regions than these`);
  }
  if (!WITH_ALL.includes(region)) {
    Validations.of(owner).addWarning(`cdk-multi-region:pipelineRegion-${region}`,
      `${prop} is ${region}, which this library does not know to have CodePipeline, its source action for connections, and CodeBuild: see https://docs.aws.amazon.com/general/latest/gr/codepipeline.html before you deploy the pipeline`);
  }
}
