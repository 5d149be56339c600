import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { OrderSystem } from './order-system';

const app = new App();
new OrderSystem(app, 'Orders', {
  primaryRegion: 'ap-southeast-2',
  secondaryRegions: ['us-west-2'],
  // Your hosted zone: npx cdk deploy -c hostedZoneId=… -c zoneName=…
  domain: {
    hostedZoneId: app.node.tryGetContext('hostedZoneId') ?? 'Z0123456789EXAMPLE',
    zoneName: app.node.tryGetContext('zoneName') ?? 'example.com',
    domainName: `orders.${app.node.tryGetContext('zoneName') ?? 'example.com'}`,
  },
});

// A finding stops the synthesis
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
app.synth();
