import { ControlAnswer, ControlState } from './live-state';
import { Nemesis } from '../drills/nemesis';
import { Stage } from '../drills/stage';
import { Fault } from '../workload/workload';

/** The nemeses that act from outside of a region, and so on a frozen one as well. */
const NEEDS_NO_ANSWER = ['freeze', 'evacuate', 'kill'];

export interface ControlsProps {
  readonly stage: Stage;
  readonly nemeses: readonly Nemesis[];
  /** The drill that runs, if one does: nobody adds to its faults meanwhile. */
  readonly drill: () => string | undefined;
}

/** A fault that somebody wanted, from then until it is taken back. */
interface ManualFault {
  readonly nemesis: Nemesis;
  readonly region: string;
  phase: Exclude<ControlState['phase'], 'off'>;
  /** Settled when what is under way has come to an end. */
  underWay: Promise<void>;
  takeBack?: () => Promise<void>;
  /** The fault, as the history has it. */
  noted?: Fault;
}

/** Faults by hand: begins them, keeps what takes them back, and refuses what makes no sense. */
export class Controls {
  public readonly nemeses: readonly Nemesis[];
  /** In the order in which they began. */
  private readonly faults: ManualFault[] = [];

  constructor(private readonly props: ControlsProps) {
    this.nemeses = props.nemeses;
  }

  /**
   * Begins a fault in a region. It is there when the state says so; if that fails, the history says why.
   *
   * @param region by the nemesis itself if it is left out
   * @param force whether even the last region that serves may be taken away
   */
  public inject(name: string, region?: string, force = false): ControlAnswer {
    const nemesis = this.nemesis(name);
    if (!nemesis) return refuse(`There is no drill ${name}: there are ${this.nemeses.map(one => one.name).join(', ')}.`);
    const target = region ?? nemesis.targets(this.props.stage, Math.random)[0];
    if (target === undefined) return refuse(`The drill ${name} finds no region that it could hit.`);
    const refusal = this.refusalOf(nemesis, target, force);
    if (refusal) return refuse(refusal);
    const fault: ManualFault = { nemesis, region: target, phase: 'starting', underWay: Promise.resolve() };
    this.faults.push(fault);
    fault.underWay = this.begin(fault);
    return { accepted: true, text: `The drill ${name} begins in ${target}.` };
  }

  /** Takes a fault back that was begun here. */
  public heal(name: string, region: string): ControlAnswer {
    const fault = this.find(name, region);
    if (!fault) return refuse(`The drill ${name} is not on in ${region}, or was not begun by hand.`);
    const refusal = this.healRefusalOf(fault);
    if (refusal) return refuse(refusal);
    fault.underWay = this.end(fault);
    return { accepted: true, text: `The drill ${name} ends in ${region}.` };
  }

  /** Takes back all that is on, the latest first. */
  public async healAll(): Promise<void> {
    for (const fault of [...this.faults].reverse()) {
      await fault.underWay;
      if (fault.phase === 'on') await this.end(fault);
    }
  }

  /** Returns the controls of a region at this moment. */
  public statesOf(region: string): ControlState[] {
    return this.nemeses.map(nemesis => {
      const fault = this.find(nemesis.name, region);
      const refusal = fault ? this.healRefusalOf(fault) : this.refusalOf(nemesis, region, false);
      return { nemesis: nemesis.name, phase: fault?.phase ?? 'off', ...refusal ? { refusal } : {} };
    });
  }

  private async begin(fault: ManualFault): Promise<void> {
    const { stage: { history }, stage } = this.props;
    const { nemesis, nemesis: { name, mayDouble }, region } = fault;
    // customers notice from the first moment on, not from when it is complete
    fault.noted = { nemesis: name, regions: [region], at: history.now(), mayFail: nemesis.mayFail(stage), mayDouble };
    history.faults.push(fault.noted);
    history.moment('fault', `${name} in ${region}, by hand`, region);
    try {
      fault.takeBack = await nemesis.inject(stage, [region]);
      fault.phase = 'on';
    } catch (error) {
      this.forget(fault);
      history.moment('step', `${name} could not be begun in ${region}: ${messageOf(error)}`, region);
    }
    history.changed();
  }

  private async end(fault: ManualFault): Promise<void> {
    const { history } = this.props.stage;
    const { nemesis: { name }, region } = fault;
    fault.phase = 'ending';
    history.changed();
    try {
      await fault.takeBack!();
      this.forget(fault);
      history.moment('recovery', `${name} in ${region} is over`, region);
    } catch (error) {
      fault.phase = 'on';
      history.moment('step', `${name} could not be ended in ${region}: ${messageOf(error)}`, region);
    }
  }

  private forget(fault: ManualFault): void {
    const { history } = this.props.stage;
    this.faults.splice(this.faults.indexOf(fault), 1);
    history.faults[history.faults.indexOf(fault.noted!)] = { ...fault.noted!, until: history.now() };
  }

  private refusalOf(nemesis: Nemesis, region: string, force: boolean): string | undefined {
    const { stage, drill } = this.props;
    if (!stage.regions.some(({ name }) => name === region)) return `There is no region ${region}: there are ${stage.regions.map(({ name }) => name).join(', ')}.`;
    const isOn = this.find(nemesis.name, region) !== undefined
      || stage.history.faults.some(fault => fault.until === undefined && fault.nemesis === nemesis.name && fault.regions.includes(region));
    if (isOn) return `The drill ${nemesis.name} is on in ${region} already.`;
    const running = drill();
    if (running !== undefined) return `The drill ${running} runs: its faults come and go by themselves. Wait until it has ended.`;
    if (stage.signal.aborted) return 'The rehearsal is being stopped.';
    const lacks = nemesis.lacks?.(stage);
    if (lacks) return `It cannot be tried here: ${lacks}.`;
    if (this.isFrozen(region) && !NEEDS_NO_ANSWER.includes(nemesis.name)) return `${region} is frozen and takes no orders: thaw it first.`;
    if (nemesis.leaves && !force && !this.servesWithout(region)) return `No other region serves at this moment: customers of ${region} could go nowhere.`;
    return undefined;
  }

  private healRefusalOf({ nemesis: { name }, region, phase }: ManualFault): string | undefined {
    if (phase === 'starting') return `The drill ${name} is still beginning in ${region}.`;
    if (phase === 'ending') return `The drill ${name} is ending in ${region} already.`;
    if (this.isFrozen(region) && !NEEDS_NO_ANSWER.includes(name)) return `${region} is frozen and takes no orders: thaw it first.`;
    return undefined;
  }

  /** Returns whether customers can go elsewhere when a region is taken away. */
  private servesWithout(region: string): boolean {
    const { stage: { regions, route53, history } } = this.props;
    const leaving = this.nemeses.filter(({ leaves }) => leaves).map(({ name }) => name);
    const open = history.faults.filter(({ nemesis, until }) => until === undefined && leaving.includes(nemesis));
    const isTaken = (name: string) => open.some(fault => fault.regions.includes(name));
    return regions.some(({ name }) => name !== region && !isTaken(name) && !this.isFrozen(name) && (route53?.isHealthy(name) ?? true));
  }

  private isFrozen(region: string): boolean {
    const frozen = this.props.stage.regions.find(({ name }) => name === region)?.frozen;
    return frozen !== undefined && frozen.until === undefined;
  }

  private nemesis(name: string): Nemesis | undefined {
    return this.nemeses.find(one => one.name === name);
  }

  private find(nemesis: string, region: string): ManualFault | undefined {
    return this.faults.find(fault => fault.nemesis.name === nemesis && fault.region === region);
  }
}

function refuse(text: string): ControlAnswer {
  return { accepted: false, text };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
