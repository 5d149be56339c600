/** Chance that a seed decides (Park and Miller's), so that a run can be repeated. */
export class Chance {
  constructor(private state: number) {}

  /** At least 0 and less than 1. */
  public draw(): number {
    this.state = (this.state * 48271) % 2147483647;
    return (this.state - 1) / 2147483646;
  }

  public happens(probability: number): boolean {
    return probability > 0 && this.draw() < probability;
  }

  public between(min: number, max: number): number {
    return Math.floor(min + this.draw() * (max - min));
  }
}
