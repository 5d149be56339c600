export * from './alarm-chat';
export * from './audit-trail';
export * from './i-audit-trail';
export { ChatChannel } from './chat-channel';
export * from './dashboard';
