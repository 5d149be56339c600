/** An app that has something to say at synthesis: for messages.test.ts, by the real CDK CLI. */
import { App, Validations } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { ApiAuthorization, GlobalTable, MultiRegionApi, MultiRegionSystem } from '../../src';

const app = new App();
const authorization = ApiAuthorization.none({ reason: 'a test' });
const three = { primaryRegion: 'ap-southeast-2', secondaryRegions: ['us-west-2', 'eu-west-1'] };
const one = { primaryRegion: 'ap-southeast-2', secondaryRegions: [] };
const key = { name: 'pk', type: AttributeType.STRING };

new GlobalTable(new MultiRegionSystem(app, 'Shop', three), 'Table', { partitionKey: key, alarms: false });
new MultiRegionApi(new MultiRegionSystem(app, 'Open', one), 'Api', { authorization });
new MultiRegionApi(new MultiRegionSystem(app, 'Front', one), 'Api', {
  authorization, domain: { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com', domainName: 'api.example.com' },
});

// the same, acknowledged: by the construct, and by its system
const quietApi = new MultiRegionApi(new MultiRegionSystem(app, 'QuietOpen', one), 'Api', { authorization });
Validations.of(quietApi).acknowledge({ id: 'cdk-multi-region:noDomain', reason: 'clients choose their region' });
const quiet = new MultiRegionSystem(app, 'QuietShop', three);
new GlobalTable(quiet, 'Table', { partitionKey: key, alarms: false });
Validations.of(quiet).acknowledge({ id: 'cdk-multi-region:oneReplicaPerDeployment', reason: 'all regions are deployed' });
