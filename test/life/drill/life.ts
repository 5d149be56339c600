import { Chapter, CHAPTERS } from './chapters';
import { failedDuring } from './failed-during';
import { LivingSystem } from './living-system';
import { StepName, STEPS } from './steps';
import { Row } from './table';
import { deniedSince } from '../../../cli/rehearsal/regions/denials';
import { Denials } from '../../../cli/rehearsal/regions/permissions';
import { Step } from '../../../cli/rehearsal/telling/steps';
import { Transcript, expectEqual, Section } from '../../../cli/rehearsal/telling/transcript';

/** The life of a system: brought up, changed, grown, shrunk, deleted and made again, with customers all the while. */
export class Life {
  /** What is told of each step. */
  public readonly rows: Row[] = [];

  constructor(private readonly system: LivingSystem, private readonly transcript: Transcript) {}

  /** Those of the steps that are wanted, in order. */
  public steps(wanted: readonly StepName[]): Step[] {
    return STEPS.filter(name => wanted.includes(name)).map(name => CHAPTERS[name]).map(chapter => ({
      title: chapter.title,
      run: async progress => {
        const section = this.transcript.section(chapter.title);
        return failedDuring(() => section.failed, async () => this.live(chapter, section, progress));
      },
    }));
  }

  private async live(chapter: Chapter, section: Section, progress: (text: string) => void): Promise<void> {
    const { title } = chapter;
    const denials = await this.system.denials();
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    try {
      await chapter.run(this.system, section, progress);
    } catch (error) {
      this.rows.push({ step: title, seconds: seconds() });
      // What comes after it stands on it
      throw new Error(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const took = seconds();
    const isJudged = this.system.orders.isOpen && !chapter.isClosed;
    this.rows.push({ step: title, seconds: took, ...isJudged ? await this.judge(section, start, denials) : {} });
  }

  /** What must hold after every step while there are customers. */
  private async judge(section: Section, start: number, before: Denials): Promise<Partial<Row>> {
    const { requests, failed, orders, lost, doubled } = await this.system.orders.audit(this.system.regions, start, performance.now());
    await section.check('no request failed', () => {
      if (failed.length > 0) throw new Error(`${failed.length} of ${requests}; the first, ${failed[0].kind} in ${failed[0].region}: ${failed[0].outcome!.told}`);
      return `0 of ${requests}`;
    });
    await section.check('every order is shipped, as all regions know', () => expectEqual('not shipped', lost, []));
    await section.check('no workflow ran twice', () => expectEqual('ran twice', doubled, []));
    await section.check('no event is lost: there are no dead letters', async () => {
      for (const region of this.system.regions) {
        expectEqual(`dead letters in ${region.name}`, (await region.deadLetters()).map(({ Body }) => Body), []);
      }
    });
    await section.check('IAM denies nothing', async () => {
      expectEqual('denied', deniedSince(before, await this.system.denials(), this.system.regions.map(({ name }) => name)), []);
    });
    return { requests, failed: failed.length, orders, lost: lost.length, doubled: doubled.length };
  }
}
