import { devNull } from 'os';
import { delimiter, dirname, resolve } from 'path';

/** Variables that would lead a process elsewhere than to the local regions. */
const MISLEADING = /^(AWS_|(https?|all|no)_proxy$)/i;

/** This process's environment without anything that points at AWS, or between here and the local regions. */
export function withoutAws(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !MISLEADING.test(name))),
    // The same Node as this one, for whatever looks for one
    PATH: [dirname(process.execPath), env.PATH].filter(Boolean).join(delimiter),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // In each log, about a year that is to come
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
  };
}

/** Returns the variables for a client of a local region; the keys are no secret, since nothing there checks them. */
export function forLocalRegion(region: string, endpoint: string): NodeJS.ProcessEnv {
  return {
    ...withoutAws(),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

/** Returns the variables by which the app finds its packages: as this process does, although it runs in another folder. */
export function resolutionOfModules(): NodeJS.ProcessEnv {
  const tsconfig = process.env.TSX_TSCONFIG_PATH;
  return tsconfig ? { TSX_TSCONFIG_PATH: resolve(tsconfig) } : {};
}
