import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { DeliverySystem, Fault } from './delivery-system';
import { ComplianceMode } from 'cdk-multi-region';

const app = new App();
const zoneName: string = app.node.tryGetContext('zoneName') ?? 'example.com';
new DeliverySystem(app, 'Deliveries', {
  primaryRegion: 'eu-west-1',
  secondaryRegions: ['us-east-1', 'ap-southeast-2'],
  compliance: ComplianceMode.STRICT,
  domain: { hostedZoneId: app.node.tryGetContext('hostedZoneId') ?? 'Z0123456789EXAMPLE', zoneName, domainName: `deliveries.${zoneName}` },
  // a rehearsal has an issuer of its own, whose tokens are for the same audience
  jwksUri: app.node.tryGetContext('jwksUri'),
  fault: app.node.tryGetContext('fault') as Fault | undefined,
});

Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app), new NIST80053R5Checks(app));
app.synth();
