/** The way in which esbuild makes the code of an `entry`. */
export interface FunctionBundling {
  /**
   * Modules that stay out of the bundle, as esbuild's `external` takes them, such as `@aws-sdk/*`. They must be there at run time: in the runtime, as the AWS SDK is, or in a layer.
   *
   * The SDK of a runtime changes without a deployment, in each region at a time of its own.
   *
   * @default []
   * @see https://esbuild.github.io/api/#external
   */
  readonly externalModules?: string[];

  /**
   * Indicates whether the code is minified. Names of functions and classes are kept.
   *
   * @default true
   */
  readonly minify?: boolean;

  /**
   * Indicates whether there is a source map, without the sources, in a file beside the code. Node.js reads it with `NODE_OPTIONS` of `--enable-source-maps`.
   *
   * @default true
   */
  readonly sourceMap?: boolean;

  /**
   * Expressions that replace global names, as JSON or as names: text needs quotes of its own, as in `{ STAGE: '"production"' }`.
   *
   * @default {}
   * @see https://esbuild.github.io/api/#define
   */
  readonly define?: { [name: string]: string };

  /**
   * The loader of files by their extension, such as `{ '.sql': 'text' }`.
   *
   * @default - esbuild's
   * @see https://esbuild.github.io/content-types/
   */
  readonly loader?: { [extension: string]: string };
}
