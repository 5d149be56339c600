import { readFileSync } from 'fs';
import { join } from 'path';
import { CfnElement, Stack } from 'aws-cdk-lib';
import { INSTEAD } from './references';

/** The marks, in a template, of a value taken from another stack, or given to others. */
const LINKS = ['Fn::ImportValue', 'Fn::GetStackOutput', 'Custom::CrossRegionExportReader', 'Custom::CrossRegionExportWriter'];

/**
 * Returns the imports and exports in the synthesized templates of a system's stacks, as errors: those that were written by hand, in the CDK's terms or in an included template, begin as no reference. Templates are read because they
 * are there already.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
 */
export function findRenderedReferences(stacks: Stack[], directory: string): string[] {
  // nested stacks are deployed with the one that they are in
  return stacks.flatMap(deployed => deployed.node.findAll().filter(Stack.isStack).flatMap(stack => {
    const template: Record<string, unknown> = JSON.parse(readFileSync(join(directory, stack.templateFile), 'utf8'));
    return Object.values(template).filter(isRecord).flatMap(section => Object.entries(section))
      .flatMap(([logicalId, element]) => linksOf(element).map(link => `${pathOf(stack, logicalId)} has ${link}, `
        + `so that the stack ${deployed.stackName} depends on another one, or another one on it; allowed: ${INSTEAD} [${deployed.node.path}]`));
  }));
}

function linksOf(element: unknown): string[] {
  if (isRecord(element) && 'Value' in element && 'Export' in element) return ['Export'];
  const text = JSON.stringify(element);
  return LINKS.filter(link => text.includes(`"${link}":`) || text.includes(`"Type":"${link}"`));
}

/** Returns the construct of an element, or its logical id if it has none of its own, as in an included template. */
function pathOf(stack: Stack, logicalId: string): string {
  const elements = stack.node.findAll().filter(CfnElement.isCfnElement).filter(element => element.stack === stack);
  return elements.find(element => stack.resolve(element.logicalId) === logicalId)?.node.path ?? logicalId;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
