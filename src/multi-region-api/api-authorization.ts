import { AuthorizationType } from 'aws-cdk-lib/aws-apigateway';

/** Properties of `ApiAuthorization.none`. */
export interface NoAuthorizationProps {
  /** Why anyone may call, for auditors: it appears in the template and in compliance reports. At least 10 characters. */
  readonly reason: string;
}

/** How callers of an API prove who they are. */
export class ApiAuthorization {
  /**
   * Callers sign with AWS credentials, and IAM decides.
   *
   * A SigV4 signature names one region. Callers that use a name which moves between regions must sign with SigV4A.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
   */
  public static iam(): ApiAuthorization {
    return new ApiAuthorization(AuthorizationType.IAM);
  }

  /** Anyone may call. */
  public static none(props: NoAuthorizationProps): ApiAuthorization {
    return new ApiAuthorization(AuthorizationType.NONE, props?.reason ?? '');
  }

  private constructor(
    /** @internal */
    public readonly _type: AuthorizationType,
    /** @internal */
    public readonly _reason?: string,
  ) {}
}
