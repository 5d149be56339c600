import { selfSignedCertificate } from '../certificate';

/** The certificate of the stand-in, which the process of the handlers trusts. */
export const certificate = selfSignedCertificate();
