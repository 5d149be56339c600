import { run } from '../../../cli/program';

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command with some arguments, in this process. */
export async function command(...args: string[]): Promise<Outcome> {
  const written = { out: '', err: '' };
  const code = await run(args, { out: text => { written.out += text; }, err: text => { written.err += text; } });
  return { code, ...written };
}

/** Runs it with variables in the environment. */
export async function commandWith(environment: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    return await command(...args);
  } finally {
    process.env = before;
  }
}

/** What the AWS SDK needs to ask an endpoint on loopback. */
export const loopback = (url: string) => ({ AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' });
