import { DoctorCheck } from '../check';

/** All checks after a deployment. */
export const AFTER: readonly DoctorCheck[] = [];
