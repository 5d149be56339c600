/** The extent to which a system satisfies the rules of regulated industries. */
export enum ComplianceMode {
  /** Good practice: no finding of the packs AWS Solutions and Serverless. */
  STANDARD = 'STANDARD',
  /**
   * Satisfies NIST 800-53, HIPAA Security and PCI DSS as well, at a price: functions run in a VPC that leads nowhere but to AWS, logs and environment
   * variables are encrypted with a customer managed key of the region, and the requests that a web ACL blocks are logged.
   */
  STRICT = 'STRICT',
}
