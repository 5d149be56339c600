import { execFileSync } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

/** What the library is compared with, installed for the time of the benchmark only. */
const PACKAGES = [
  '@aws-lambda-powertools/logger@2', '@aws-lambda-powertools/idempotency@2', '@aws-solutions-constructs/aws-apigateway-lambda@2',
  '@aws-sdk/client-dynamodb@3', '@aws-sdk/lib-dynamodb@3', '@aws-sdk/client-sfn@3', 'aws-cdk-lib@2', 'constructs@10',
];

/** Installs them into a folder. */
export function install(folder: string): void {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', ...PACKAGES], { cwd: folder, stdio: 'ignore' });
}

export function versionOf(folder: string, name: string): string {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}
