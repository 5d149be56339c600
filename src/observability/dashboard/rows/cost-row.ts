import { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { ofFunctions } from './functions-row';
import { Canvas } from '../canvas';
import { Inventory } from '../inventory';

/** Creates the row with the usage that makes the bill grow. */
export function costRow(canvas: Canvas, inventory: Inventory): IWidget[] {
  const { functions, tables } = inventory;
  const unit = 'per minute';
  return canvas.row(
    'What drives the cost?',
    'Each write is billed in every region, each event once more for each peer that it is sent to, and workflows by their transitions: see the rows above for these.',
    canvas.beside([
      ...functions.length === 0 ? [] : [ofFunctions(canvas, inventory, 'Invocations')],
      ...tables.length === 0 ? [] : [
        canvas.byRegion('Read units of tables', { unit }, region => canvas.together('SUM', tables.map(table => table.metricConsumedReadCapacityUnits(region)))),
        canvas.byRegion('Write units of tables', { unit }, region => canvas.together('SUM', tables.map(table => table.metricConsumedWriteCapacityUnits(region)))),
      ],
    ]),
  );
}
