import { Command, CommanderError } from 'commander';
import { addBake } from './commands/bake';
import { addCompletion } from './commands/completion';
import { addDiagram } from './commands/diagram';
import { addDoctor } from './commands/doctor';
import { addDrill } from './commands/drill';
import { addEvacuate, addRestore } from './commands/evacuate';
import { addFollow } from './commands/follow';
import { addGate } from './commands/gate';
import { addRedrive } from './commands/redrive';
import { addRehearse } from './commands/rehearse';
import { addReplay } from './commands/replay';
import { addStatus } from './commands/status';
import { addTakeover } from './commands/takeover';
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
  for (const add of [addStatus, addEvacuate, addRestore, addTakeover, addFollow, addRedrive, addReplay, addDoctor, addGate, addBake, addDiagram, addCompletion]) add(program, output).addHelpText('after', EXIT_CODES);
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
