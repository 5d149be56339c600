import { Column, IWidget } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Widgets, one under the other, that are made when they are asked for: at synthesis, all is there that they are to show. They have a dashboard of their own, so that their size does not matter.
 */
export class LateWidgets implements IWidget {
  public readonly width = 24;
  public readonly height = 1;

  private keeps = false;
  private kept?: any[];

  constructor(private readonly make: () => IWidget[]) {}

  public position(): void {
    // alone, at the top left
  }

  /**
   * Begins a synthesis. In a synthesis, the CDK asks three times for what cannot change any more, and each copy of a dashboard of 20 regions takes some 0.3 s: so the first answer is kept until the next
   * synthesis begins.
   */
  public beginSynthesis(): void {
    this.keeps = true;
    this.kept = undefined;
  }

  public toJson(): any[] {
    const json = this.kept ?? this.render();
    if (this.keeps) this.kept = json;
    return json;
  }

  private render(): any[] {
    const column = new Column(...this.make());
    column.position(0, 0);
    return column.toJson();
  }
}
