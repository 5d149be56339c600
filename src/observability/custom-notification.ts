import { RuleTargetInput } from 'aws-cdk-lib/aws-events';

/**
 * A message for people, which a rule makes of an event. Texts may hold fields of the event.
 *
 * EventBridge escapes nothing that it inserts, and leaves out a field that an event has not. So a field stands within a text, never alone, and is one that cannot hold a quotation mark, a backslash or a
 * line break: an identifier or a name that AWS restricts, nothing that somebody wrote. Texts themselves have no angle brackets, which mark fields.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export interface CustomNotification {
  readonly title: string;
  /** All that is to be known; a mail shows the message as JSON. */
  readonly description: string;
  /** The commands and pages that help, in order. */
  readonly nextSteps: string[];
  /** The kind of message. */
  readonly eventType: string;
  /** The ARNs of what it is about. */
  readonly relatedResources: string[];
  /** The thread that groups the message with others. */
  readonly thread?: { readonly id: string; readonly summary: string };
}

/**
 * Returns what a rule sends, in the only format in which a chat channel shows messages that no AWS service made.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function customNotification({ title, description, nextSteps, eventType, relatedResources, thread }: CustomNotification): RuleTargetInput {
  return RuleTargetInput.fromObject({
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title, description, nextSteps },
    metadata: { ...thread && { threadId: thread.id, summary: thread.summary }, eventType, relatedResources },
  });
}
