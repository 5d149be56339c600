/** Invokes a handler once, as Lambda does: `node lambda-host.js <folder> <file.export> <file of the event>`. */
const { readFileSync } = require('fs');
const { join } = require('path');

if (process.env.REHEARSAL_CLOCK) require('../scaled-date');

const [folder, handler, eventFile] = process.argv.slice(2);
const [file, name] = handler.split(/\.(?=[^.]+$)/);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = { functionName: process.env.AWS_LAMBDA_FUNCTION_NAME, awsRequestId: event['CodePipeline.job'].id };

Promise.resolve()
  .then(() => require(join(folder, file))[name](event, context))
  .then(() => process.exit(0), error => {
    console.error(error);
    process.exit(1);
  });
