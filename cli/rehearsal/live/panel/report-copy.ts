import { Moment, Report, Sample } from '../../report/report';
import { Sent } from '../../workload/workload';
import { Everything, News } from '../changes';
import { thin } from '../thinning';

/** The report as a listener has it: everything once, and the news since. Runs in the browser as well. */
export class ReportCopy {
  private base: Report;
  private readonly operations: Sent[];
  private readonly samples: Sample[];
  private readonly moments: Moment[];

  constructor({ report }: Everything) {
    this.base = report;
    this.operations = [...report.operations];
    this.samples = [...report.samples];
    this.moments = [...report.moments];
  }

  public take({ durationMs, operations = [], samples = [], moments = [], parts, executions }: News): void {
    operations.forEach(([index, sent]) => { this.operations[index] = sent; });
    this.samples.push(...samples);
    this.moments.push(...moments);
    thin(this.samples);
    this.base = { ...this.base, ...parts, durationMs, ...executions ? { executions } : {} };
  }

  public get report(): Report {
    const { operations, samples, moments } = this;
    return { ...this.base, operations, samples, moments };
  }
}
