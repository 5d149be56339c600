import { App } from 'aws-cdk-lib';
import { LAYER } from './names';
import { ShopSystem } from './shop-system';

const app = new App();
const account = '111122223333';
const regions = ['eu-west-1', 'us-east-1'];
const inEach = <T>(valueIn: (region: string) => T) => Object.fromEntries(regions.map(region => [region, valueIn(region)]));
const certificateArns = inEach(region => `arn:aws:acm:${region}:${account}:certificate/11111111-1111-1111-1111-111111111111`);

new ShopSystem(app, 'Shop', {
  account,
  primaryRegion: regions[0],
  secondaryRegions: regions.slice(1),
  domain: app.node.tryGetContext('externalDns') === 'true'
    ? { domainName: 'shop.example.com', externalDns: true, certificateArns }
    : { domainName: 'shop.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com', certificateArns },
  layerArns: inEach(region => [`arn:aws:lambda:${region}:${account}:layer:${LAYER}:1`]),
});

app.synth();
