import { writeFileSync } from 'fs';
import { join } from 'path';
import { Command, Option } from 'commander';
import { PRIMARY, SECONDARY, THIRD } from './commits';
import { Estate } from './estate';
import { Life } from './life';
import { LivingSystem } from './living-system';
import { MUTATIONS } from './mutations';
import { Orders } from './orders';
import { Repository } from './repository';
import { SHORT, StepName, STEPS } from './steps';
import { tableOf } from './table';
import { DURATIONS_BY_SUFFIX } from '../../../cli/rehearsal/deployment/durations';
import { HOSTED_ZONE } from '../../../cli/rehearsal/dns/hosted-zone';
import { Route53 } from '../../../cli/rehearsal/dns/route53';
import { pythonFolder } from '../../../cli/rehearsal/machine/cache-folder';
import { findPython } from '../../../cli/rehearsal/machine/python';
import { virtualEnvironment } from '../../../cli/rehearsal/machine/virtual-environment';
import { REQUIREMENTS, startLocalRegions } from '../../../cli/rehearsal/regions/local-region';
import { callsOf, writePermissions } from '../../../cli/rehearsal/regions/permissions';
import { Run, runCommand, say } from '../../../cli/rehearsal/telling/command';
import { PYTHON, SEED } from '../../../cli/rehearsal/telling/options';
import { runSteps } from '../../../cli/rehearsal/telling/steps';

const APP_FOLDER = join(__dirname, '../../../example-app');
const SCRATCH = join(APP_FOLDER, '.rehearsal');
/** Seconds. */
const REPLICATION_LAG = 0.2;
const TIME_SCALE = 10;
/** One alias shifts after the other, all at once on AWS. */
const DEPLOYMENT_TIME_SCALE = 40;

interface Options {
  readonly short?: boolean;
  readonly step?: StepName[];
  readonly mutation?: string;
  readonly seed: number;
  readonly python?: string;
}

function parseOptions(): Options {
  return new Command('npm run life --')
    .description('Lives the whole life of the example-app on this machine: first deployment and its failures, changes, regions that join and leave, deletion.')
    .option('--short', 'the steps that say most, in about two minutes')
    .addOption(new Option('--step <names...>', 'only these steps').choices(STEPS))
    .addOption(new Option('--mutation <name>', 'with this fault in the templates, which must be noticed').choices(MUTATIONS.map(({ name }) => name)))
    .addOption(SEED)
    .addOption(PYTHON)
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
}

async function live(options: Options, { transcript, folder, processes, signal }: Run): Promise<void> {
  const mutation = MUTATIONS.find(({ name }) => name === options.mutation);
  const python = await virtualEnvironment({
    python: await findPython(options.python, signal),
    requirementsFile: REQUIREMENTS,
    folder: pythonFolder(),
    logFile: folder.log('pip'),
    processes,
    signal,
  });
  const locals = await startLocalRegions({
    names: [PRIMARY, SECONDARY, THIRD],
    python,
    hostedZones: [HOSTED_ZONE],
    replicationLag: REPLICATION_LAG,
    timeScale: TIME_SCALE,
    durations: DURATIONS_BY_SUFFIX,
    deploymentTimeScale: DEPLOYMENT_TIME_SCALE,
    seed: options.seed,
    processes,
    folder,
    signal,
  });
  const repository = Repository.clone(APP_FOLDER, join(folder.path, 'app'));
  let route53: Route53 | undefined;
  const estate = new Estate({
    repository,
    regions: locals,
    folder,
    processes,
    mutation,
    onZone: zone => {
      if (route53) {
        route53.update(zone);
      } else if (zone.endpoints.length > 0) {
        route53 = new Route53({ zone, timeScale: TIME_SCALE, addresses: new Map(locals.map(({ name, endpoint }) => [name, endpoint])), signal });
        route53.startProbing();
      }
    },
  });
  const orders = new Orders(() => route53!, locals.map(({ name, endpoint }) => ({ name, address: endpoint })), signal);
  const life = new Life(new LivingSystem({ repository, estate, locals, orders, signal }), transcript);
  transcript.section('Regions').note(`Resources are made in the order of the seed ${options.seed}.`);
  const wanted = mutation?.steps ?? options.step ?? (options.short ? SHORT : STEPS);
  try {
    await runSteps(life.steps(wanted), { stop: async () => processes.stopAll(), signal });
    transcript.section('Permissions').note(`${callsOf(await writePermissions(locals, folder.log('permissions')))}.`);
  } finally {
    const table = tableOf(life.rows);
    writeFileSync(join(folder.path, 'life.md'), `${table}\n`);
    say(`\n${table}`);
  }
}

const options = parseOptions();
void runCommand({ title: 'Life drill', scratch: SCRATCH, work: async run => live(options, run) }).then(code => process.exit(code));
