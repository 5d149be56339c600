import { existsSync, statSync } from 'fs';
import { homedir } from 'os';
import { basename, join, resolve } from 'path';
import { Deployment } from './deployment/deployment';
import { createSecrets } from './deployment/secrets';
import { Surroundings, surroundingsOf } from './deployment/surroundings';
import { SynthesizedApp } from './deployment/synthesized-app';
import { DrillSeries } from './drill-series';
import { builtInWorkload } from './drills/built-in-workload';
import { PlannedStage } from './drills/nemesis';
import { planDrills } from './drills/plans';
import { describeEmulation } from './emulation';
import { CHILD_PROBE, regionProbe, TIMER_PROBE } from './lag/lag-probes';
import { MachineLag } from './lag/machine-lag';
import { LiveRehearsal } from './live/live-rehearsal';
import { Sampler } from './live/sampler';
import { pythonFolder } from './machine/cache-folder';
import { findPython, Python } from './machine/python';
import { UserError } from './machine/user-error';
import { virtualEnvironment } from './machine/virtual-environment';
import { checkReady } from './ready';
import { LocalRegion, REQUIREMENTS, startLocalRegions } from './regions/local-region';
import { Denials, reportPermissions } from './regions/permissions';
import { RehearsalProps } from './rehearsal-props';
import { makeReport } from './report/make-report';
import { EmulationReport, Report } from './report/report';
import { RunningSystem } from './running-system';
import { say } from './telling/command';
import { runSteps, Step } from './telling/steps';
import { History } from './workload/history';
import { randomsOf } from './workload/random';
import { Execution, Preparation } from './workload/workload';
import { REHEARSED_REGIONS } from '../../src/system/description';

/** Brings the regions of an app up on this machine, deploys the app to them as it is, and takes regions away. */
export class Rehearsal {
  public readonly history = new History();

  private readonly locals = new Map<string, LocalRegion>();
  private readonly lag = new MachineLag();
  private readonly deployment: Deployment;
  private python?: string;
  private app?: SynthesizedApp;
  private surroundings?: Surroundings;
  private preparation: Preparation = {};
  private undoSetUp?: void | (() => Promise<void>);
  private readonly watching = new AbortController();
  private found?: RunningSystem;
  private stage?: PlannedStage;
  private series?: DrillSeries;
  private live?: LiveRehearsal;
  private emulation: EmulationReport = { types: [], scaled: [] };
  private executions: readonly Execution[] = [];
  private readonly expectedDenials: Denials[] = [];

  constructor(private readonly props: RehearsalProps) {
    this.deployment = new Deployment(props.appFolder, props.folder, props.processes, this.assemblyFolder);
  }

  public async run(): Promise<void> {
    const { props, props: { signal, inFull, processes } } = this;
    // At first, because it takes no time and may be all that there is to say
    const settings = [join(props.appFolder, 'cdk.json'), join(homedir(), '.cdk.json')];
    if (props.app === undefined && !settings.some(file => existsSync(file))) {
      throw new UserError('There is no cdk.json here, which says how to run an app: go to the folder of your CDK app, or name a command with --app.');
    }
    const python = await findPython(props.python, signal);
    const watched = AbortSignal.any([this.watching.signal, signal]);
    this.lag.watch([TIMER_PROBE, CHILD_PROBE], watched);
    this.preparation = await props.workload?.prepare?.() ?? {};
    const show = { stop: async () => processes.stopAll(), signal, inFull };
    await runSteps([this.prepare(python), this.startRegions(), this.deploy(), this.becomeReady(watched)], show);
    this.undoSetUp = await props.workload?.setUp?.({ regions: this.found!.regions });
    this.series = this.planDrills();
    await this.openPage();
    await runSteps(this.series.steps, show);
    await this.live?.healAll();
    await this.lookBack();
  }

  /** Undoes what the workload has prepared. To be called when nothing more is to come, however it came. */
  public async close(): Promise<void> {
    this.watching.abort();
    await this.undoSetUp?.();
    await this.preparation.undo?.();
  }

  /** The system, once it is there. */
  public get running(): RunningSystem | undefined {
    return this.found;
  }

  /** Indicates whether there is something to report. */
  public get hasBegun(): boolean {
    return this.app !== undefined;
  }

  /** The folder that the app was synthesized to. */
  public get assemblyFolder(): string {
    const { app, appFolder, folder } = this.props;
    return this.isSynthesized ? resolve(appFolder, app!) : folder.cloudAssembly;
  }

  /** Returns the report until now. */
  public report(): Report {
    const { props: { appFolder, app, command, seed, transcript }, history, executions, emulation } = this;
    return makeReport({
      app: app ?? basename(appFolder),
      command,
      system: this.app!.system,
      seed,
      transcript,
      history,
      drills: this.series?.reports ?? [],
      executions,
      emulation,
    });
  }

  private prepare(python: Python): Step {
    const { props } = this;
    return {
      title: 'Synthesize the app',
      sideBySide: true,
      parts: () => [
        {
          title: 'Python environment with MiniStack',
          run: async progress => {
            this.python = await virtualEnvironment({
              python, requirementsFile: REQUIREMENTS, folder: pythonFolder(), logFile: props.folder.log('pip'), processes: props.processes, signal: props.signal,
            }, () => progress('installing it from PyPI, this first time only'));
          },
        },
        {
          title: 'cdk synth',
          run: async () => {
            if (this.isSynthesized && this.context.length > 0) throw new UserError(`${props.app} is synthesized already: context and regions have no effect on it. Name the command that runs the app instead.`);
            if (!this.isSynthesized) await this.deployment.synthesize({ app: props.app, context: this.context });
            const app = SynthesizedApp.read(this.assemblyFolder, props.system);
            this.surroundings = surroundingsOf(app, this.preparation.secrets);
            this.app = app;
          },
        },
      ],
    };
  }

  private startRegions(): Step {
    return {
      title: 'Start one local AWS per region',
      run: async progress => {
        const { regions: names, hostedZones, accountId, system: { durations } } = this.app!;
        const locals = await startLocalRegions({
          ...this.props, names, python: this.python!, hostedZones, accountId, durations, environment: this.preparation.environment,
        });
        locals.forEach(local => this.locals.set(local.name, local));
        const { secrets, notes } = this.surroundings!;
        await Promise.all(locals.map(async local => createSecrets(local, secrets)));
        progress(locals.map(({ name, endpoint }) => `${name} at ${endpoint}`).join(', '));
        return notes.length > 0 ? { of: notes.join('\n') } : undefined;
      },
    };
  }

  private deploy(): Step {
    return {
      title: 'Deploy with the CDK CLI, wave after wave',
      parts: () => [
        { title: 'Bootstrap', sideBySide: true, parts: () => [...this.locals.values()].map(local => ({ title: local.name, run: async () => this.deployment.bootstrap(local) })) },
        ...this.app!.assembly.waves().map((wave, i) => ({
          title: `Wave ${i + 1}`,
          sideBySide: true,
          parts: () => wave.map(stack => ({ title: `${stack.id} in ${stack.region}`, run: async () => this.deployment.deploy(stack, this.locals.get(stack.region)!) })),
        })),
      ],
    };
  }

  private becomeReady(watched: AbortSignal): Step {
    const section = this.props.transcript.section('The regions are ready');
    return {
      title: 'Wait until every region serves its customers',
      run: async () => {
        const { app, locals, history, lag, props: { timeScale, signal } } = this;
        this.found = await RunningSystem.find({ app: app!, locals, history, timeScale, lag, signal });
        this.lag.watch(this.found.regions.map(regionProbe), watched);
        this.found.route53?.startProbing();
        new Sampler({ regions: this.found.regions, history, route53: this.found.route53, signal }).start();
        await checkReady(this.found, section);
        return { of: whereCustomersGo(this.found) };
      },
    };
  }

  private planDrills(): DrillSeries {
    const { found, history, expectedDenials, props: { workload, transcript, seed, replicationLag, timeScale, drills } } = this;
    const { system, regions, route53, lag, signal } = found!;
    const stage: PlannedStage = {
      system,
      regions,
      route53,
      workload,
      history,
      replicationLag,
      timeScale,
      lag,
      expectedDenials,
      signal,
      random: randomsOf(seed).next().value,
      runId: Date.now().toString(36),
    };
    this.stage = stage;
    const { plans, skipped } = planDrills(drills, stage);
    const section = transcript.section('Drills that are left out');
    for (const { name, reason, isByName } of skipped) {
      // whoever names it wants it tried
      if (isByName) section.failure(`${name} can be tried`, reason);
      else section.note(`${name}: ${reason}`);
    }
    return new DrillSeries({ stage, plans, customers: workload ?? builtInWorkload(system), transcript, seed });
  }

  /** Opens the page that shows all this, if somebody wants to watch. */
  private async openPage(): Promise<void> {
    const { series, props: { ui, transcript } } = this;
    if (!ui) return;
    const stage = { ...this.stage!, section: transcript.section('By hand') };
    const { route53 } = this.found!;
    this.live = await LiveRehearsal.start({ stage, route53, report: () => this.report(), drill: () => series!.current, port: ui.port });
    say(`Watch it, and take regions away, at ${this.live.url}`);
  }

  /** Goes on with customers, for whoever keeps the regions up. */
  public keepCustomers(): void {
    this.series!.keepCustomers();
  }

  /** The line on what is not as on AWS. */
  public get whatIsDifferent(): string {
    const { emulation: { types }, props: { timeScale } } = this;
    const count = (verdict: string) => types.filter(type => type.verdict === verdict).length;
    return `Not as on AWS: ${count('accepted')} resource types are accepted and do nothing, ${count('skipped')} are skipped, ${count('emulated')} lack something; declared durations are ${timeScale} times shorter. The report has each.`;
  }

  /** Adds what can only be said in the end. */
  private async lookBack(): Promise<void> {
    const { found, app, locals, lag, props: { transcript, folder, timeScale } } = this;
    lag.tell(transcript.section('This machine, over the whole rehearsal'), 0);
    this.executions = (await Promise.all(found!.regions.map(async region => region.executions()))).flat();
    this.emulation = await describeEmulation(app!, [...locals.values()], timeScale);
    const section = transcript.section('All the while');
    await reportPermissions(section, [...locals.values()], folder.log('permissions'), this.expectedDenials);
    await section.check('all local regions run to the end', () => {
      const ended = [...locals.values()].filter(({ process }) => !process.isRunning());
      if (ended.length > 0) throw new Error(ended.map(({ name, process }) => `${name} does not, see ${process.logFile}`).join('; '));
    });
  }

  private get context(): string[] {
    const { context, regions } = this.props;
    const prepared = Object.entries(this.preparation.context ?? {}).map(([name, value]) => `${name}=${value}`);
    return [...context, ...prepared, ...regions === undefined ? [] : [`${REHEARSED_REGIONS}=${regions}`]];
  }

  private get isSynthesized(): boolean {
    const { app, appFolder } = this.props;
    return app !== undefined && statSync(resolve(appFolder, app), { throwIfNoEntry: false })?.isDirectory() === true;
  }
}

/** Describes in a line how customers reach the system. */
function whereCustomersGo({ api, route53, regions }: RunningSystem): string {
  if (!api) return 'The system has no API: drills have no customers.';
  const hasRecordsElsewhere = !route53 && Object.keys(api.regionalNames).length > 0;
  if (hasRecordsElsewhere) return `The records of ${api.apiName} are made elsewhere: customers stay with the nearest region, by its own name, and nothing leads them away when it is gone.`;
  if (!route53) return `${api.apiName} has no domain: customers stay with the nearest region, and nothing leads them away when it is gone.`;
  return `${route53.sharedName} leads to ${regions.map(({ name }) => name).join(', ')}`;
}
