import { ALARMS } from './alarms';
import { ALIAS_TTL } from './alias-ttl';
import { API_HEALTH } from './api-health';
import { BUS_HEARTBEATS } from './bus-heartbeats';
import { CANARY_ORDER } from './canary-order';
import { CERTIFICATE_RECORDS } from './certificate-records';
import { EMBEDDED_METRICS } from './embedded-metrics';
import { EVACUATION_ANSWERS } from './evacuation-answers';
import { EVENTS_PASS } from './events-pass';
import { EXECUTION_ARNS } from './execution-arns';
import { HEALTH_CHECKS } from './health-checks';
import { LEDGER_HEARTBEATS } from './ledger-heartbeats';
import { QUEUE_MESSAGE_SIZE } from './queue-message-size';
import { ROWS_PASS } from './rows-pass';
import { SHARED_NAME } from './shared-name';
import { STACKS } from './stacks';
import { UNMAPPED_NAME } from './unmapped-name';
import { WAF_PROBES } from './waf-probes';
import { DoctorCheck } from '../check';

/** The checks after a deployment: first of what is there, then of whether it works, then of what AWS was only believed to do. */
export const AFTER: readonly DoctorCheck[] = [
  STACKS, API_HEALTH, SHARED_NAME, EVACUATION_ANSWERS, LEDGER_HEARTBEATS, BUS_HEARTBEATS, ALARMS, HEALTH_CHECKS,
  EVENTS_PASS, ROWS_PASS, CANARY_ORDER,
  ALIAS_TTL, UNMAPPED_NAME, WAF_PROBES, CERTIFICATE_RECORDS, EMBEDDED_METRICS, QUEUE_MESSAGE_SIZE, EXECUTION_ARNS,
];
