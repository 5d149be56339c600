// Answers DynamoDB and Step Functions as they do a first-comer, and says its port: node test/bench/handlers/stub.js
const ANSWERS = { Query: { Items: [], Count: 0 }, StartExecution: { executionArn: 'arn:aws:states:us-west-2:111122223333:execution:Orders-Fulfilment:o-1', startDate: 1 } };
const server = require('http').createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(ANSWERS[String(request.headers['x-amz-target']).split('.').pop()] ?? {}));
  });
}).listen(0, '127.0.0.1', () => console.log(server.address().port));
