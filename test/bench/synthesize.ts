/** One synthesis in a process of its own: node --import tsx test/bench/synthesize.ts <contender> <regions> <file with templates> */
import { readFileSync, writeFileSync } from 'fs';
import { App } from 'aws-cdk-lib';
import { plainL1, plainL2, Templates } from './plain-apps';
import { orderSystem } from '../support/order-system';
import { regionNames, testApp } from '../support/synth';

// The CDK's check of templates takes longer than all else, for each contender alike; with CDK_VALIDATION=true, it is measured as well
process.env.CDK_VALIDATION ??= 'false';

const [, , contender, count, file] = process.argv;
const templates: Templates = contender === 'library' ? {} : JSON.parse(readFileSync(file, 'utf8'));
const [primaryRegion, ...secondaryRegions] = regionNames(Number(count));

const CONTENDERS: Record<string, (app: App) => void> = {
  library: app => void orderSystem(app, 1, { primaryRegion, secondaryRegions }),
  L1: app => plainL1(app, templates),
  L2: app => plainL2(app, templates),
};

const [begin, began] = [process.cpuUsage(), performance.now()];
const app = testApp();
CONTENDERS[contender](app);
const assembly = app.synth();
const { user, system } = process.cpuUsage(begin);
const resources = assembly.stacks.reduce((sum, { template }) => sum + Object.keys(template.Resources ?? {}).length, 0);
// for the others, which make the same again
if (contender === 'library' && file) writeFileSync(file, JSON.stringify(Object.fromEntries(assembly.stacks.map(({ stackName, template }) => [stackName, template]))));
console.log(JSON.stringify({ cpu: (user + system) / 1000, wall: performance.now() - began, resources }));
