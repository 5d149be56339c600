/** How far a system goes to satisfy rules of regulated industries. */
export enum ComplianceMode {
  /** Good practice: no finding of the packs AWS Solutions and Serverless. */
  STANDARD = 'STANDARD',
  /**
   * What NIST 800-53, HIPAA Security and PCI DSS want as well, at a price: functions run in a VPC that leads nowhere but to AWS, logs and environment
   * variables are encrypted with a customer managed key of the region, and what a web ACL stops is logged.
   */
  STRICT = 'STRICT',
}
