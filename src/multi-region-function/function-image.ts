import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { invalidProp, requireLiteral } from '../system/errors';

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const REPOSITORY = /^(?=.{2,256}$)([a-z0-9]+([._-]+[a-z0-9]+)*\/)*[a-z0-9]+([._-]+[a-z0-9]+)*$/;

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageIdentifier.html */
const TAG_OR_DIGEST = /^(sha256:[0-9a-f]{64}|[\w][\w.-]{0,127})$/;

/**
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ImageConfig.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-imageconfig.html
 */
const MOST_WORDS = 1500;
const LONGEST_DIRECTORY = 1000;

/** Options of a container image. */
export interface FunctionImageOptions {
  /**
   * The digest of the image, which begins with `sha256:`, or its tag. Equal in every region.
   *
   * Lambda looks a tag up when the function is updated, and not again. Nothing is deployed for an image that is pushed under the same tag, so that a region which joins later, or is updated for something else, gets another image
   * than the others. A digest is the same image everywhere.
   */
  readonly tagOrDigest: string;

  /**
   * The command, instead of the image's CMD.
   *
   * @default - the image's
   */
  readonly cmd?: string[];

  /**
   * The entry point, instead of the image's ENTRYPOINT.
   *
   * @default - the image's
   */
  readonly entrypoint?: string[];

  /**
   * The working directory, instead of the image's WORKDIR.
   *
   * @default - the image's
   */
  readonly workingDirectory?: string;
}

/** The container image of a function, from a repository of Amazon ECR. */
export class FunctionImage {
  /**
   * Returns an image in a private repository of the same name in each region, in the account of the system.
   *
   * Lambda takes an image from its own region only. ECR replicates what is pushed to one region to others, under the same digest: have it do so before a deployment names the image, and keep what deployments may go back to. Lambda
   * itself adds to the repository's policy that it may read the image, if the deployment may change that policy. The image must be for one architecture, the function's.
   *
   * When used, it throws if ECR would accept neither the name nor the tag or digest.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
   */
  public static fromRepository(repositoryName: string, options: FunctionImageOptions): FunctionImage {
    return new FunctionImage(repositoryName, options);
  }

  private constructor(private readonly repositoryName: string, private readonly options: FunctionImageOptions) {}

  /** @internal */
  public _validate(owner: Construct): void {
    requireLiteral(owner, 'image: repositoryName', this.repositoryName, REPOSITORY, 'the name of a repository of Amazon ECR, not its URI, of 2 to 256 lowercase letters, digits, ., _, - and /');
    requireLiteral(owner, 'image: tagOrDigest', this.options.tagOrDigest, TAG_OR_DIGEST, 'a digest such as sha256:…, or a tag of at most 128 letters, digits, ., _ and -');
    const { cmd, entrypoint, workingDirectory } = this.options;
    for (const [prop, words] of Object.entries({ cmd, entrypoint })) {
      if (words !== undefined && (!Array.isArray(words) || words.length > MOST_WORDS || words.some(word => typeof word !== 'string'))) {
        throw invalidProp(owner, `image: ${prop}`, words, `a list of at most ${MOST_WORDS} texts`);
      }
      const twice = words?.find((word, i) => words.indexOf(word) < i);
      if (twice !== undefined) throw invalidProp(owner, `image: ${prop}`, words, `each text once, because CloudFormation takes no list with "${twice}" twice: put such a command into a script of the image`);
    }
    if (workingDirectory !== undefined && (typeof workingDirectory !== 'string' || workingDirectory.length > LONGEST_DIRECTORY)) {
      throw invalidProp(owner, 'image: workingDirectory', workingDirectory, `a path of at most ${LONGEST_DIRECTORY} characters`);
    }
  }

  /** Returns the code of a function in the stack of a scope. @internal */
  public _codeIn(scope: Construct): Code {
    return Code.fromEcrImage(Repository.fromRepositoryName(scope, 'Images', this.repositoryName), this.options);
  }
}
