import { ControlState, LiveState, RegionFault, RegionState } from './live-state';
import { ratesIn, Traffic } from './traffic';
import { Route53 } from '../dns/route53';
import { RunningRegion } from '../regions/running-region';
import { Sample } from '../report/report';
import { History } from '../workload/history';

export interface RegionsViewProps {
  /** Primary region first. */
  readonly regions: readonly Pick<RunningRegion, 'name' | 'host' | 'frozen'>[];
  readonly history: History;
  readonly route53?: Pick<Route53, 'isHealthy' | 'ask' | 'askerNear' | 'sharedName'>;
  readonly controls: {
    readonly nemeses: LiveState['nemeses'];
    statesOf(region: string): readonly ControlState[];
  };
  /** The drill that runs, if one does. */
  readonly drill: () => string | undefined;
}

/** Puts together what is true of the regions at a moment. */
export class RegionsView {
  private readonly traffic: Traffic;

  constructor(private readonly props: RegionsViewProps) {
    this.traffic = new Traffic(props.history);
  }

  public state(): LiveState {
    const { regions, history, controls } = this.props;
    const drill = this.props.drill();
    this.traffic.look();
    return {
      at: history.now(),
      regions: regions.map(region => this.stateOf(region)),
      nemeses: controls.nemeses.map(({ name, summary }) => ({ name, summary })),
      ...drill === undefined ? {} : { drill },
    };
  }

  private stateOf(region: RegionsViewProps['regions'][number]): RegionState {
    const { history, route53, controls } = this.props;
    const { name, host } = region;
    const faults = this.faultsIn(region);
    const has = (nemesis: string) => faults.some(fault => fault.nemesis === nemesis);
    const sample = this.latestSampleOf(name);
    const rates = ratesIn({ samples: history.samples, now: history.now() }, name);
    return {
      name,
      host,
      isHealthy: route53?.isHealthy(name) ?? true,
      isFrozen: has('freeze'),
      isEvacuated: has('evacuate'),
      isPartitioned: has('partition'),
      faults,
      ...sample?.vitals ? { vitals: sample.vitals } : {},
      requestsPerSecond: rates.requests,
      errorsPerSecond: rates.errors,
      customers: this.customersNear(name, faults),
      controls: controls.statesOf(name),
    };
  }

  private customersNear(name: string, faults: readonly RegionFault[]): RegionState['customers'] {
    const { route53 } = this.props;
    const ledTo = route53?.ask(route53.sharedName, route53.askerNear(name))?.region;
    const servedBy = this.traffic.servedBy(name);
    return {
      ...ledTo === undefined ? {} : { ledTo },
      ...servedBy ? { servedBy } : {},
      failed: faults.length === 0 ? 0 : this.traffic.failedSince(name, Math.min(...faults.map(({ since }) => since))),
      sendTo: this.traffic.sentTo(name),
    };
  }

  /** Returns the faults in a region. A frozen one is shown as such, whoever froze it. */
  private faultsIn({ name, frozen }: RegionsViewProps['regions'][number]): RegionFault[] {
    const { history } = this.props;
    const faults = history.faults
      .filter(({ regions, until }) => until === undefined && regions.includes(name))
      .map(({ nemesis, at }) => ({ nemesis, since: at }));
    if (frozen && frozen.until === undefined && !faults.some(({ nemesis }) => nemesis === 'freeze')) {
      faults.push({ nemesis: 'freeze', since: history.now() - (performance.now() - frozen.since) });
    }
    return faults;
  }

  private latestSampleOf(region: string): Sample | undefined {
    // the latest are those of all regions
    return this.props.history.samples.slice(-this.props.regions.length).find(sample => sample.region === region);
  }
}
