namespace Earshot.JetStream;

/// <summary>What a running read has asked for and got.</summary>
/// <param name="Outstanding">Asked for in the current pull requests and not delivered; in bytes where the read is limited in bytes.</param>
/// <param name="Buffered">Messages delivered and not processed: a message is processed when the next one is asked for.</param>
/// <param name="Received">All messages delivered.</param>
/// <param name="ReceivedBytes">Their bytes.</param>
/// <param name="Inboxes">How often it had to begin again on a fresh inbox: after a reconnect, a change of leader or a silence.</param>
public readonly record struct NatsJSConsumeCounts(long Outstanding, long Buffered, long Received, long ReceivedBytes, int Inboxes);
