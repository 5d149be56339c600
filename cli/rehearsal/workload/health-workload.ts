import { defineWorkload, Workload } from './workload';

/** What customers do of whom nothing is known: they ask for the health that each API answers with, so that it shows where they are led and what fails. */
export function healthWorkload(healthPath: string): Workload {
  return defineWorkload({
    generator: () => ({ kind: 'ask for health', action: 'read', key: healthPath }),
    client: async (_, { request }) => {
      const { status } = await request('GET', healthPath);
      return { type: status === 200 ? 'ok' : 'fail', told: String(status) };
    },
  });
}
