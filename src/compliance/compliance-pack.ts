/** A set of rules of cdk-nag. */
export enum CompliancePack {
  /** AWS Solutions: what AWS asks of its own published solutions. */
  AWS_SOLUTIONS = 'AWS_SOLUTIONS',
  /** Good practice for serverless applications. */
  SERVERLESS = 'SERVERLESS',
  /** NIST Special Publication 800-53, revision 5. */
  NIST_800_53_R5 = 'NIST_800_53_R5',
  /** The security rule of HIPAA. */
  HIPAA_SECURITY = 'HIPAA_SECURITY',
  /** The Payment Card Industry Data Security Standard, version 3.2.1. */
  PCI_DSS_321 = 'PCI_DSS_321',
}

/** The names of a pack: cdk-nag's and the common one. */
export interface PackNames {
  readonly className: string;
  readonly title: string;
}

export const PACK_NAMES: Record<CompliancePack, PackNames> = {
  [CompliancePack.AWS_SOLUTIONS]: { className: 'AwsSolutionsChecks', title: 'AWS Solutions' },
  [CompliancePack.SERVERLESS]: { className: 'ServerlessChecks', title: 'Serverless' },
  [CompliancePack.NIST_800_53_R5]: { className: 'NIST80053R5Checks', title: 'NIST 800-53 revision 5' },
  [CompliancePack.HIPAA_SECURITY]: { className: 'HIPAASecurityChecks', title: 'HIPAA Security' },
  [CompliancePack.PCI_DSS_321]: { className: 'PCIDSS321Checks', title: 'PCI DSS 3.2.1' },
};
