/**
 * Draws the example-app's dashboard with sample data, to be judged by eye: npx tsx --tsconfig tsconfig.dev.json test/support/dashboard-picture/draw.ts <folder> [number of regions]
 *
 * Each page becomes a picture by a browser without a window: chromium --headless --no-sandbox --screenshot=calm.png --window-size=1460,3400 <folder>/calm.html
 */
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { MultiRegionDashboard } from '../../../src';
import { orderSystem } from '../order-system';
import { regional, resources, testApp } from '../synth';
import { bodyOf } from './body';
import { page } from './page';
import { calm, dead } from './samples';

const [folder = '.', count = '2'] = process.argv.slice(2);
process.env.CDK_VALIDATION = 'false';
const system = orderSystem(testApp(), Number(count));
if (!system.node.findAll().some(one => one instanceof MultiRegionDashboard)) new MultiRegionDashboard(system, 'Dashboard');
const [dashboard] = resources(regional(system, system.primaryRegion), 'AWS::CloudWatch::Dashboard');
const body = bodyOf(dashboard);
const lost = system.regions[1] ?? system.regions[0];

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'calm.html'), page(body, {
  sample: calm, stateOf: () => 'OK', minutes: 180, caption: 'Drawn with sample data: an ordinary day.',
}));
writeFileSync(join(folder, 'dead.html'), page(body, {
  sample: dead(lost), stateOf: arn => (arn.includes(`:${lost}:`) ? 'no answer' : 'OK'), minutes: 180, caption: `Drawn with sample data: ${lost} is lost an hour ago.`,
}));
