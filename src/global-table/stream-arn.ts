import { CfnResource, CustomResource, Duration } from 'aws-cdk-lib';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { STREAM_ARN } from './constants';
import { Replica } from './replica';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { handlerBundle } from '../system/handler-bundle';
import { MultiRegionSystem } from '../system/multi-region-system';

const ID = 'StreamArn';

/** The handler answers by then, whatever happens. */
const TIMEOUT = Duration.minutes(1);

/**
 * The ARN of a replica's stream, for resources of the replica's own region.
 *
 * It holds the time when the stream was made, and CloudFormation knows that of the replica in the table's own stack only. So a function asks DynamoDB
 * in the region itself, during the deployment.
 */
export function streamArnOf(system: MultiRegionSystem, { share, region, table, shape: { tableName } }: Replica): string {
  const reader = streamArnReaderOf(system);
  const { grantPrincipal } = reader.grantableIn(region);
  grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:DescribeTable'], resources: [table.tableArn] }));
  const resource = new CustomResource(share, 'StreamArn', {
    // refers to the live alias, which exists after the function's permissions do
    serviceToken: reader.inRegion(region).functionArn,
    properties: { TableName: tableName },
  });
  // an answer that is lost must not hold a deployment for an hour; the L2 would write it as text, which the template's validation warns of
  (resource.node.defaultChild as CfnResource).addPropertyOverride('ServiceTimeout', 2 * TIMEOUT.toSeconds());
  return resource.getAttString(STREAM_ARN);
}

/** The function that reads stream ARNs, one for all tables of a system, made when the first table needs it. */
function streamArnReaderOf(system: MultiRegionSystem): MultiRegionFunction {
  const existing = system.node.tryFindChild(ID);
  return existing instanceof MultiRegionFunction ? existing : new MultiRegionFunction(system, ID, {
    description: 'tells CloudFormation the ARN of a table\'s stream',
    codePath: handlerBundle('global-table/stream-arn'),
    timeout: TIMEOUT,
    memorySize: 256,
    deploymentConfig: LambdaDeploymentConfig.ALL_AT_ONCE,
    // its errors fail the deployment that asked
    rollbackOnAlarm: false,
  });
}
