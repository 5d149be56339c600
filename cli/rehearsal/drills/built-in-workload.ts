import { SystemDescription } from '../../system/system-description';
import { Operation, Workload } from '../workload/workload';

/** The kind of the operation that asks for health. */
export const READ_HEALTH = 'read health';
/** Methods that change nothing: https://www.rfc-editor.org/rfc/rfc9110#name-safe-methods */
const SAFE = 'GET';

/** Returns the workload for want of another: reads of all that anybody may read without knowing anything. */
export function builtInWorkload({ apis }: Pick<SystemDescription, 'apis'>): Workload {
  // the load goes to the name of one API
  const reads = apis.slice(0, 1).flatMap(({ healthPath, routes }): Operation[] => [
    { kind: READ_HEALTH, action: 'read', key: healthPath },
    ...routes
      .filter(({ method, path, authorization }) => method === SAFE && !path.includes('{') && authorization === 'NONE' && path !== healthPath)
      .map(({ path }): Operation => ({ kind: `read ${path}`, action: 'read', key: path })),
  ]);
  return {
    generator: ({ number }) => reads[number % reads.length],
    client: async ({ key }, { request }) => {
      const { status } = await request(SAFE, key);
      // what it asks for may not be there, which is an answer
      return { type: status < 500 ? 'ok' : 'fail', told: String(status) };
    },
  };
}
