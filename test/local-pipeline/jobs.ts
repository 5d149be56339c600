import { randomUUID } from 'crypto';
import { Refusal } from './errors';

/** How a function answers a job. */
export type JobAnswer =
  | { readonly kind: 'succeeded'; readonly summary?: string; readonly variables: Record<string, string> }
  | { readonly kind: 'continues'; readonly summary?: string; readonly token: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

interface Job {
  answer?: JobAnswer;
  readonly tell: (answer: JobAnswer) => void;
}

/** The jobs that functions have been invoked with. */
export class Jobs {
  private readonly jobs = new Map<string, Job>();

  /** Opens a job, to be answered once. */
  public open(): { readonly id: string; readonly answered: Promise<JobAnswer> } {
    const id = randomUUID();
    const answered = new Promise<JobAnswer>(tell => this.jobs.set(id, { tell }));
    return { id, answered };
  }

  public answer(id: string, answer: JobAnswer): void {
    const job = this.jobs.get(id);
    if (!job) throw new Refusal('JobNotFoundException', `there is no job ${id}`);
    if (job.answer) throw new Refusal('InvalidJobStateException', `the job ${id} has been answered`);
    job.answer = answer;
    job.tell(answer);
  }
}
