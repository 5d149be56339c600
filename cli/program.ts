import { Command, CommanderError } from 'commander';
import { addBake } from './commands/bake';
import { addDiagram } from './commands/diagram';
import { addDrill } from './commands/drill';
import { addEvacuate, addRestore } from './commands/evacuate';
import { addGate } from './commands/gate';
import { addRehearse } from './commands/rehearse';
import { Output } from './output';
import { version } from '../package.json';

const EXIT_CODES = '\nExit codes: 0 yes, or done; 1 no, or it could not be done; 2 wrong usage';

/** Runs the command `cdk-multi-region`; returns its exit code. An error is one line, since its stack would point into a bundle. */
export async function run(args: string[], output: Output): Promise<number> {
  const program = new Command('cdk-multi-region')
    .description('Rehearses, operates, deploys and draws systems that are written with cdk-multi-region.')
    .version(version)
    .helpCommand(false)
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .showHelpAfterError('(--help explains it)')
    .exitOverride()
    .addHelpText('after', EXIT_CODES);
  for (const add of [addEvacuate, addRestore, addGate, addBake, addDiagram]) add(program, output).addHelpText('after', EXIT_CODES);
  addDrill(program, output);
  addRehearse(program, output);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // commander has written it
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    output.err(`${(error as Error).message}\n`);
    return 1;
  }
}
