import { spawn } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, IGrantable, Role } from 'aws-cdk-lib/aws-iam';
import { statementsOf } from './synth';
import { pythonFolder } from '../../cli/rehearsal/machine/cache-folder';
import { Processes } from '../../cli/rehearsal/machine/processes';
import { findPython } from '../../cli/rehearsal/machine/python';
import { virtualEnvironment } from '../../cli/rehearsal/machine/virtual-environment';
import { MultiRegionSystem } from '../../src';

/** A request, with the condition keys that the service's documentation gives it. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly keys: Record<string, string | string[]>;
}

/** Returns IAM's decisions on requests of somebody who has these statements, by the evaluator of the local regions: Allow, Deny or ImplicitDeny. */
export async function decisions(statements: object[], requests: IamRequest[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'iam-policy-'));
  const processes = new Processes(folder);
  try {
    const python = await virtualEnvironment({
      python: await findPython(),
      requirementsFile: resolve('cli/rehearsal/local-region/requirements.txt'),
      folder: pythonFolder(),
      logFile: join(folder, 'install.log'),
      processes,
    });
    return JSON.parse(await output(python, ['-B', resolve('test/support/evaluate_policies.py')], JSON.stringify({ statements, requests })));
  } finally {
    await processes.stopAll();
    rmSync(folder, { recursive: true });
  }
}

/** Returns the statements that a role of another stack of a system's app is granted. */
export function grantedToAnOperator(system: MultiRegionSystem, grant: (operator: IGrantable) => void): any[] {
  const stack = new Stack(system.node.root, 'Operators', { env: { account: '111122223333', region: 'eu-west-3' } });
  grant(new Role(stack, 'Operator', { assumedBy: new AccountRootPrincipal() }));
  return statementsOf(literal(Template.fromStack(stack).toJSON()), 'Operator');
}

/** Returns a value of a template, with the partition that it would have. */
export function literal<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, part) => (part?.Ref === 'AWS::Partition' ? 'aws' : part?.['Fn::Join'] ? part['Fn::Join'][1].join(part['Fn::Join'][0]) : part));
}

async function output(command: string, args: string[], input: string): Promise<string> {
  return new Promise((done, failed) => {
    let text = '';
    let errors = '';
    const child = spawn(command, args).once('error', failed)
      .once('close', code => (code === 0 ? done(text) : failed(new Error(errors))));
    child.stdout.on('data', chunk => { text += chunk; });
    child.stderr.on('data', chunk => { errors += chunk; });
    child.stdin.end(input);
  });
}
