import { Drill, Stage } from './drill';
import { Step } from '../../cli/rehearsal/telling/steps';

/** Drills that do not disturb each other, at the same time. */
export class DrillsSideBySide implements Drill {
  constructor(private readonly title: string, private readonly drills: Drill[]) {}

  public steps(stage: Stage): Step[] {
    const drills = this.drills.flatMap(drill => drill.steps(stage));
    return drills.length > 1 ? [{ title: this.title, sideBySide: true, parts: () => drills }] : drills;
  }
}
