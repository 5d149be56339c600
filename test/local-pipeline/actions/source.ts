import { createHash } from 'crypto';
import { cpSync } from 'fs';
import { join } from 'path';
import { ActionExecutor } from '../action-run';

/**
 * Takes the checkout as it is at that moment.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
 */
export function sourceExecutor(checkout: string): ActionExecutor {
  return async ({ action, execution, configuration, folder }) => {
    const artifact = join(folder, 'artifact');
    cpSync(checkout, artifact, { recursive: true, verbatimSymlinks: true });
    const commit = createHash('sha1').update(execution.id).digest('hex');
    return {
      summary: commit,
      artifacts: { [action.outputs[0]]: artifact },
      variables: {
        AuthorDate: new Date(execution.props.startedAt).toISOString(),
        BranchName: configuration.BranchName,
        CommitId: commit,
        CommitMessage: `commit ${commit.slice(0, 7)}`,
        ConnectionArn: configuration.ConnectionArn,
        FullRepositoryName: configuration.FullRepositoryId,
      },
    };
  };
}
