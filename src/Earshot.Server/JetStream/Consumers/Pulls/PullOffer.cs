namespace Earshot.Server.JetStream;

/// <summary>A message that is offered to the waiting pull requests, with what their conditions are compared with.</summary>
/// <param name="Size">Its size in bytes: subject, reply subject, headers and payload.</param>
/// <param name="Pending">The number of messages that were not delivered, with this one.</param>
/// <param name="AckPending">The number of messages without an ack.</param>
internal readonly record struct PullOffer(int Size, ulong Pending, int AckPending);
