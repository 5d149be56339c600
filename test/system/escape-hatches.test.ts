/** The CDK's ways to change what there is no property for, as docs/GUIDE.md shows them. */
import { Aspects, IAspect } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnAlias, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { MultiRegionFunction } from '../../src';
import { CODE, testSystem } from '../support/synth';

class RecursiveLoop implements IAspect {
  constructor(private readonly functionName: string) {}

  public visit(node: IConstruct): void {
    if (node instanceof CfnFunction && node.functionName === this.functionName) node.addPropertyOverride('RecursiveLoop', 'Allow');
  }
}

test('an aspect of the system finds a resource by its type and name in each region, and changes no other', () => {
  const system = testSystem();
  const { functionName } = new MultiRegionFunction(system, 'PlaceOrder', { codePath: CODE });
  Aspects.of(system).add(new RecursiveLoop(functionName));
  for (const region of system.regions) {
    const changed = Template.fromStack(system.stackIn(region)).findResources('AWS::Lambda::Function', { Properties: { RecursiveLoop: 'Allow' } });
    expect(Object.values(changed).map(({ Properties }) => Properties.FunctionName)).toEqual(['Orders-PlaceOrder']);
  }
});

test('the part of a region is the CDK\'s own construct, whose resource can be changed', () => {
  const system = testSystem();
  const placeOrder = new MultiRegionFunction(system, 'PlaceOrder', { codePath: CODE });
  const [here, ...others] = system.regions;
  (placeOrder.inRegion(here).node.defaultChild as CfnAlias).addPropertyOverride('Description', 'changed here');
  Template.fromStack(system.stackIn(here)).hasResourceProperties('AWS::Lambda::Alias', { Description: 'changed here' });
  others.forEach(region => Template.fromStack(system.stackIn(region)).resourcePropertiesCountIs('AWS::Lambda::Alias', { Description: 'changed here' }, 0));
});
