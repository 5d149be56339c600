/// <reference lib="dom" />
import { Everything, News } from '../changes';
import { ControlAnswer, LiveState } from '../live-state';
import { ReportCopy } from './report-copy';
import { Report } from '../../report/report';

/** The page as a whole is drawn this often, at most: it may have thousands of operations to draw. */
const SHOW_EVERY_MS = 1000;
/** It has at most this share of the time. */
const SHOW_SHARE = 0.2;

/** The time until somebody who was refused asks again. */
const AGAIN_AFTER_MS = 2000;

/** The interface between the panel and whoever it shows. */
export interface Live {
  /** Calls back with each state and the report so far; without a state when there is no connection any more. */
  readonly state: (listener: (state?: LiveState, report?: Report) => void) => void;
  /** Begins a fault, or takes it back. */
  readonly act: (nemesis: string, region: string, action: 'inject' | 'heal') => Promise<ControlAnswer>;
}

/**
 * Listens to the server that this page came from. When that goes, it waits until it is there again.
 *
 * @param show draws the page below the panel
 */
export function connect(show: (report: Report) => void): Live {
  const listeners: Parameters<Live['state']>[0][] = [];
  const drawing = new Drawing(show);
  let copy: ReportCopy | undefined;
  const tell = (state?: LiveState) => listeners.forEach(listener => listener(state, copy?.report));

  let connection: EventSource | undefined;
  const listen = () => {
    if (document.hidden || (connection && connection.readyState !== EventSource.CLOSED)) return;
    const events = connection = new EventSource('/events');
    events.addEventListener('everything', ({ data }) => {
      const everything = JSON.parse(data) as Everything;
      // a new run has a page of its own
      if (everything.run !== carried('live-run')) {
        events.close();
        location.reload();
        return;
      }
      copy = new ReportCopy(everything);
      tell(everything.state);
      drawing.request(copy);
    });
    events.addEventListener('news', ({ data }) => {
      const news = JSON.parse(data) as News;
      copy!.take(news);
      tell(news.state);
      drawing.request(copy!);
    });
    events.addEventListener('error', () => {
      tell();
      // the browser comes again by itself unless it was refused
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_AFTER_MS);
    });
  };
  // A browser has few connections to a server, which pages that nobody looks at need not hold
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) connection?.close();
    else listen();
  });
  listen();

  return {
    state: listener => listeners.push(listener),
    act: async (nemesis, region, action) => {
      try {
        const answer = await fetch(`/drills/${nemesis}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-Live-Token': carried('live-token') },
          body: JSON.stringify({ region, action }),
        });
        return { accepted: answer.status === 202, text: (await answer.json() as { text: string }).text };
      } catch {
        return { accepted: false, text: 'The rehearsal does not answer.' };
      }
    },
  };
}

function carried(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}

/** Draws the latest report, not each one, and nothing while nobody looks. */
class Drawing {
  private copy?: ReportCopy;
  private timer?: number;
  private next = 0;

  constructor(private readonly show: (report: Report) => void) {
    document.addEventListener('visibilitychange', () => this.schedule());
  }

  public request(copy: ReportCopy): void {
    this.copy = copy;
    this.schedule();
  }

  private schedule(): void {
    if (document.hidden || this.timer !== undefined || !this.copy) return;
    this.timer = window.setTimeout(() => this.draw(), Math.max(0, this.next - performance.now()));
  }

  private draw(): void {
    const start = performance.now();
    this.timer = undefined;
    this.show(this.copy!.report);
    this.copy = undefined;
    this.next = performance.now() + Math.max(SHOW_EVERY_MS, (performance.now() - start) / SHOW_SHARE);
  }
}
