import { CfnMicrosoftTeamsChannelConfiguration, CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Construct } from 'constructs';
import { requireLiteral } from '../system/errors';

/** @see https://docs.aws.amazon.com/chatbot/latest/APIReference/API_TeamsChannelConfiguration.html */
const TEAMS_CHANNEL = /^[a-zA-Z0-9\-_=+/.,]*%3[aA][a-zA-Z0-9\-_=+/.,]*%40[a-zA-Z0-9\-_=+/.,]*$/;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The props that the configurations of all chat applications have in common. */
export interface ChatConfiguration {
  readonly configurationName: string;
  readonly iamRoleArn: string;
  readonly guardrailPolicies: string[];
  readonly snsTopicArns: string[];
  readonly loggingLevel: string;
}

/** A channel of a chat application. Somebody authorizes AWS in that application once per account, in the console of Amazon Q Developer in chat applications. */
export class ChatChannel {
  /**
   * Returns a channel of Slack. Invite the app into a private one.
   *
   * @param workspaceId the id that the console shows once Slack is authorized
   * @param channelId the last part of the channel's link
   * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
   */
  public static slack(workspaceId: string, channelId: string): ChatChannel {
    return new ChatChannel((scope, configuration) => {
      requireLiteral(scope, 'channel: workspaceId', workspaceId, /^[0-9A-Z]{1,255}$/, 'the id of a Slack workspace, capital letters and digits');
      requireLiteral(scope, 'channel: channelId', channelId, /^[0-9A-Z]{1,255}$/, 'the id of a Slack channel, capital letters and digits');
      new CfnSlackChannelConfiguration(scope, 'Configuration', { ...configuration, slackWorkspaceId: workspaceId, slackChannelId: channelId });
    });
  }

  /**
   * Returns a channel of Microsoft Teams. All ids are in the channel's link.
   *
   * @param tenantId the id of the tenant, a UUID
   * @param teamId the id of the team, a UUID
   * @param channelId the id of the channel, as the link has it
   * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/teams-setup.html
   */
  public static microsoftTeams(tenantId: string, teamId: string, channelId: string): ChatChannel {
    return new ChatChannel((scope, configuration) => {
      requireLiteral(scope, 'channel: tenantId', tenantId, UUID, 'a UUID');
      requireLiteral(scope, 'channel: teamId', teamId, UUID, 'a UUID');
      requireLiteral(scope, 'channel: channelId', channelId, TEAMS_CHANNEL, 'the id of a channel, encoded as its link has it: it contains %3A and %40');
      new CfnMicrosoftTeamsChannelConfiguration(scope, 'Configuration', { ...configuration, teamsTenantId: tenantId, teamId, teamsChannelId: channelId });
    });
  }

  private constructor(private readonly configure: (scope: Construct, configuration: ChatConfiguration) => void) {}

  /** @internal */
  public _configure(scope: Construct, configuration: ChatConfiguration): void {
    this.configure(scope, configuration);
  }
}
