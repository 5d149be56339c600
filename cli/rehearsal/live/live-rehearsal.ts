import { Controls } from './controls';
import { LiveServer, SCRIPT } from './live-server';
import { RegionsView } from './regions-view';
import { Route53 } from '../dns/route53';
import { ALL_NEMESES } from '../drills/nemeses/all-nemeses';
import { Stage } from '../drills/stage';
import { toHtml } from '../report/html';
import { pageAsset } from '../report/page-assets';
import { Report } from '../report/report';

export interface LiveRehearsalProps {
  readonly stage: Stage;
  /** Stands in for Route 53, if the system has a domain. */
  readonly route53?: Route53;
  /** Returns the report so far. */
  readonly report: () => Report;
  /** The drill that runs, if one does. */
  readonly drill: () => string | undefined;
  /**
   * The port that it listens on.
   *
   * @default - a port that is free
   */
  readonly port?: number;
}

/** A rehearsal as a browser on this machine shows it while it runs. */
export class LiveRehearsal {
  public static async start({ stage, route53, report, drill, port }: LiveRehearsalProps): Promise<LiveRehearsal> {
    const { regions, history, signal } = stage;
    const controls = new Controls({ stage, nemeses: ALL_NEMESES, drill });
    const view = new RegionsView({ regions, history, route53, controls, drill });
    const { url } = await LiveServer.start({
      page: () => ({ html: toHtml(report(), { script: SCRIPT }), script: pageAsset('live.js') }), report, history, state: () => view.state(), controls, port, signal,
    });
    return new LiveRehearsal(url, controls);
  }

  private constructor(public readonly url: string, private readonly controls: Controls) {}

  /** Takes back what somebody did by hand. */
  public async healAll(): Promise<void> {
    await this.controls.healAll();
  }
}
