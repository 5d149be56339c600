/** An app that has something to say at synthesis: for messages.test.ts, by the real CDK CLI. */
import { App, Validations } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { ApiAuthorization, GlobalTable, MultiRegionApi, MultiRegionSystem } from '../../src';

const app = new App();
const authorization = ApiAuthorization.none({ reason: 'a test' });
const domain = { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com', domainName: 'api.example.com' };

const shop = new MultiRegionSystem(app, 'Shop', { primaryRegion: 'ap-southeast-2', secondaryRegions: ['us-west-2', 'eu-west-1'] });
new GlobalTable(shop, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
new MultiRegionApi(shop, 'Open', { authorization });
new MultiRegionApi(shop, 'Front', { authorization, domain });

const quiet = new MultiRegionSystem(app, 'Quiet', { primaryRegion: 'ap-southeast-2', secondaryRegions: ['us-west-2', 'eu-west-1'] });
new GlobalTable(quiet, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
Validations.of(new MultiRegionApi(quiet, 'Open', { authorization })).acknowledge({ id: 'cdk-multi-region:noDomain', reason: 'clients choose their region' });
Validations.of(quiet).acknowledge({ id: 'cdk-multi-region:oneReplicaPerDeployment', reason: 'all regions are deployed' });
