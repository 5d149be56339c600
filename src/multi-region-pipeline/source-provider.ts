import { AzureDevOpsSourceProps, SelfManagedSourceProps } from './source-props';

/** The differences between the providers of repositories. */
export interface SourceProvider {
  /** The form of a repository's id, which the source action takes as `FullRepositoryId`. */
  readonly repository: RegExp;
  /** The same in words. */
  readonly repositoryForm: string;
  /** The prop that holds an address, and the address. */
  readonly address?: { readonly prop: string; readonly url: string };
  /** Returns the page of a commit. */
  commitUrl(repository: string, commit: string): string;
}

const OWNER_AND_NAME = { repository: /^[A-Za-z0-9-]+\/[\w.-]+$/, repositoryForm: 'owner/name, as in the URL on GitHub' };
/** Groups may be in groups. */
const GROUPS_AND_PROJECT = { repository: /^[\w.-]+(\/[\w.-]+)+$/, repositoryForm: 'group/project or group/subgroup/project, as in the URL on GitLab' };

export const GITHUB: SourceProvider = { ...OWNER_AND_NAME, commitUrl: (repository, commit) => `https://github.com/${repository}/commit/${commit}` };

export const GITLAB: SourceProvider = { ...GROUPS_AND_PROJECT, commitUrl: (repository, commit) => `https://gitlab.com/${repository}/-/commit/${commit}` };

export const BITBUCKET: SourceProvider = {
  repository: /^[\w-]+\/[\w.-]+$/,
  repositoryForm: 'workspace/name, as in the URL on Bitbucket',
  commitUrl: (repository, commit) => `https://bitbucket.org/${repository}/commits/${commit}`,
};

export function gitHubEnterpriseServer(props: SelfManagedSourceProps): SourceProvider {
  const url = props?.serverUrl;
  return { ...OWNER_AND_NAME, address: { prop: 'serverUrl', url }, commitUrl: (repository, commit) => `${url}/${repository}/commit/${commit}` };
}

export function gitLabSelfManaged(props: SelfManagedSourceProps): SourceProvider {
  const url = props?.serverUrl;
  return { ...GROUPS_AND_PROJECT, address: { prop: 'serverUrl', url }, commitUrl: (repository, commit) => `${url}/${repository}/-/commit/${commit}` };
}

export function azureDevOps(props: AzureDevOpsSourceProps): SourceProvider {
  const url = props?.repositoryUrl;
  return {
    // a project's name may have spaces
    repository: /^[^/\s][^/]*(\/[^/]*[^/\s])+$/,
    repositoryForm: 'the name of the repository as the connection lists it, with slashes between its parts',
    address: { prop: 'repositoryUrl', url },
    commitUrl: (_, commit) => `${url}/commit/${commit}`,
  };
}
