/** What is refused in other words than the fuzz demands, or taken although it demands a refusal; with the reason. */
export const ACCEPTED: { readonly what: RegExp; readonly reason: string }[] = [
  {
    what: /^\w+(\.\w+)?\.(props|options|attributes|delivery|binding|directories) = (null|undefined) =>/,
    reason: 'who leaves out all properties has no type checker, and an error of Node.js that names the first of them',
  },
  {
    what: /^MultiRegionFunctionProps\.codePath = '\/' => raw RangeError/,
    reason: 'the whole disk as code: the CDK follows its loops before anything of ours runs',
  },
  {
    what: /^WorkflowDefinitionOptions\.functions = .* => does not name functions: Error: definition .*placeholder is/,
    reason: 'the error is about the definition, which names another function than those that are given',
  },
  {
    what: /^GlobalTableAttributes\.(globalIndexes|localIndexes) = .* => does not name \w+: ValidationFailed.*/,
    reason: 'the table is somebody else\'s, who may have got higher quotas; what is too long is the policy of who reads it, which is refused by name',
  },
  {
    what: /^JwtAuthorizationProps\.audience = .* => does not name audience: Error: environment is/,
    reason: 'the audience is in the environment of the authorizer, whose size is refused by name',
  },
];
