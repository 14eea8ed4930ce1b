namespace Earshot.JetStream;

/// <summary>The numbers of requested and received messages of a running read.</summary>
/// <param name="Outstanding">Messages requested by the current pull requests and not delivered; bytes when the read is limited in bytes.</param>
/// <param name="Buffered">Messages delivered and not processed. A message is processed when the next one is requested.</param>
/// <param name="Received">All delivered messages.</param>
/// <param name="ReceivedBytes">The size of all delivered messages, in bytes.</param>
/// <param name="Inboxes">The number of inboxes the read has used. It uses a new one after a reconnect, a change of leader or missed heartbeats.</param>
public readonly record struct NatsJSConsumeCounts(long Outstanding, long Buffered, long Received, long ReceivedBytes, int Inboxes);
