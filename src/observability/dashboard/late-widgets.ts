import { Column, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/**
 * Widgets, one under the other, that are made at synthesis: then all is there that they are to show. They have a dashboard of their own, so that their size does not matter.
 */
export class LateWidgets implements IWidget {
  public readonly width = 24;
  public readonly height = 1;

  private rendered: any[] = [];
  private size?: number;

  /** What is made depends on what is in a scope. */
  constructor(private readonly scope: Construct, private readonly make: () => IWidget[]) {}

  public position(): void {
    // alone, at the top left
  }

  /** Has them made again. */
  public forget(): void {
    this.size = undefined;
  }

  /** The CDK asks several times, and large systems take a second each time: so it is made again only if something was added. */
  public toJson(): any[] {
    const size = this.scope.node.findAll().length;
    if (this.size !== size) {
      const column = new Column(...this.make());
      column.position(0, 0);
      this.rendered = column.toJson();
      this.size = size;
    }
    return this.rendered;
  }
}
