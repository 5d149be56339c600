import { IConstruct } from 'constructs';
import { invalidProp } from './errors';

/** One value per region. */
export class PerRegion<T> {
  private readonly values: Map<string, T>;

  constructor(private readonly owner: IConstruct, regions: readonly string[], make: (region: string) => T) {
    this.values = new Map(regions.map(region => [region, make(region)]));
  }

  /** Returns the value of a region; throws, listing the known ones, if there is none. */
  public in(region: string): T {
    if (!this.values.has(region)) {
      throw invalidProp(this.owner, 'region', region, `a region of this system: ${[...this.values.keys()].join(', ')}`);
    }
    return this.values.get(region)!;
  }

  /** The values of all regions. */
  public get all(): T[] {
    return [...this.values.values()];
  }

  public forEach(visit: (value: T, region: string) => void): void {
    this.values.forEach(visit);
  }

  /** Returns another value per region, made of each. */
  public map<U>(make: (value: T, region: string) => U): PerRegion<U> {
    return new PerRegion(this.owner, [...this.values.keys()], region => make(this.values.get(region)!, region));
  }
}
