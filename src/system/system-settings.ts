import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ComplianceMode } from './compliance-mode';
import { invalidProp } from './errors';
import { NameRule } from './names';
import { MultiRegionSystemProps } from './system-props';

/** Throws unless the account, the name and the compliance mode of a system are acceptable. */
export function requireSettings(owner: IConstruct, { account, systemName, deletable, compliance }: MultiRegionSystemProps, id: string): void {
  if (account !== undefined && !Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
    throw invalidProp(owner, 'account', account, '12 digits, or leave it out');
  }
  if (deletable && compliance === ComplianceMode.STRICT) {
    throw invalidProp(owner, 'deletable', deletable, 'false with ComplianceMode.STRICT, which is for data and records that must not get lost');
  }
  if (!NameRule.SYSTEM.accepts(systemName ?? id)) {
    throw invalidProp(owner, systemName === undefined ? 'id, which is the systemName,' : 'systemName', systemName ?? id, NameRule.SYSTEM.allowed);
  }
}
