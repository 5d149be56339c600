/** The rules by which a chat channel shows messages that no AWS service made. */
import Ajv from 'ajv';

const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text };

/**
 * The schema of custom notifications. From their page: the fields with their types, that `version` and `source` are required and have these values, and that EventBridge's input transformers may produce them. From public samples, since
 * the page could be read in part only: that `description` is required, and `client-markdown` as the only type of text. It allows no field that the page does not have, and checks no lengths.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
const CUSTOM_NOTIFICATION = {
  type: 'object',
  required: ['version', 'source', 'content'],
  additionalProperties: false,
  properties: {
    version: { const: '1.0' },
    source: { const: 'custom' },
    id: text,
    content: {
      type: 'object',
      required: ['description'],
      additionalProperties: false,
      properties: { textType: { const: 'client-markdown' }, title: text, description: text, nextSteps: texts, keywords: texts },
    },
    metadata: {
      type: 'object',
      additionalProperties: false,
      properties: {
        threadId: text,
        summary: text,
        eventType: text,
        relatedResources: texts,
        additionalContext: { type: 'object', additionalProperties: { type: 'string' } },
        enableCustomActions: { type: 'boolean' },
      },
    },
  },
};

const validate = new Ajv({ strict: true, allErrors: true }).compile(CUSTOM_NOTIFICATION);

/** Returns a message, if it is one that a chat channel shows. */
export function shownInChat(message: string): any {
  const notification = JSON.parse(message);
  validate(notification);
  expect(validate.errors ?? []).toEqual([]);
  return notification;
}
