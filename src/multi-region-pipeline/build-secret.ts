/** Options of `BuildSecret.fromSecretsManager`. */
export interface SecretsManagerOptions {
  /**
   * The key of the value, if the secret is a JSON object.
   *
   * @default - the whole secret
   */
  readonly jsonField?: string;

  /**
   * The staging label of the version.
   *
   * @default 'AWSCURRENT'
   */
  readonly versionStage?: string;

  /**
   * The literal ARN of the key that the secret is encrypted with. For the standby pipeline it must be a multi-Region key.
   *
   * @default - the AWS managed key, which takes no permission
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
   */
  readonly encryptionKeyArn?: string;
}

/** Options of `BuildSecret.fromParameterStore`. */
export interface ParameterStoreOptions {
  /**
   * The literal ARN of the key that the parameter is encrypted with. For the standby pipeline it must be a multi-Region key.
   *
   * @default - the AWS managed key, which takes no permission
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
   */
  readonly encryptionKeyArn?: string;
}

/** A secret that the build has in an environment variable. CodeBuild reads it when a build begins; it is in no template. */
export class BuildSecret {
  /**
   * Returns a secret of Secrets Manager.
   *
   * @param secretId the name of the secret, in the account and region of the pipeline, or its literal ARN. The standby pipeline reads the one of the same name in its own region: replicate it.
   * @param options the part of it that is meant, and its key
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
   */
  public static fromSecretsManager(secretId: string, options: SecretsManagerOptions = {}): BuildSecret {
    return new BuildSecret('secretsmanager', secretId, options);
  }

  /**
   * Returns a parameter of Parameter Store, a SecureString or another.
   *
   * @param parameterName the name of the parameter, in the account and region of the pipeline. The standby pipeline reads the one of the same name in its own region: have it in both.
   * @param options its key
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
   */
  public static fromParameterStore(parameterName: string, options: ParameterStoreOptions = {}): BuildSecret {
    return new BuildSecret('ssm', parameterName, options);
  }

  private constructor(
    /** @internal */ public readonly _service: 'secretsmanager' | 'ssm',
    /** @internal */ public readonly _id: string,
    /** @internal */ public readonly _options: SecretsManagerOptions,
  ) {}
}
