// The CDK validates every template at synthesis, which is most of the time of a small test. One suite asks for it: test/rules.test.ts.
process.env.CDK_VALIDATION ??= 'false';

// cdk-nag reads a deprecated property of every event bus policy. What this library uses must not be deprecated: test/rules.test.ts checks it.
process.env.JSII_DEPRECATED ??= 'quiet';

// Handlers run on Lambda's Node.js 24, whatever runs their tests.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// jest asks for 100 frames. The CDK takes a stack trace of each element and acknowledgement, and the frames of a failed assertion are its first.
Error.stackTraceLimit = 10;

// What a command prints is compared as text. jest tells its workers to print in colour wherever it does so itself.
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = '1';
