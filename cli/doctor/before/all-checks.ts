import { BOOTSTRAP } from './bootstrap';
import { CERTIFICATES } from './certificates';
import { CLOCK } from './clock';
import { CREDENTIALS } from './credentials';
import { GATEWAY_ACCOUNT } from './gateway-account';
import { IMPORTS } from './imports';
import { NAMES } from './names';
import { QUOTAS_CHECK } from './quotas/quotas';
import { REGIONS } from './regions';
import { SERVICES_CHECK } from './services';
import { ZONE } from './zone';
import { DoctorCheck } from '../check';

/** All checks before a deployment. */
export const BEFORE: readonly DoctorCheck[] = [
  CREDENTIALS, REGIONS, CLOCK, BOOTSTRAP, SERVICES_CHECK, QUOTAS_CHECK, NAMES, IMPORTS, ZONE, CERTIFICATES, GATEWAY_ACCOUNT,
];
