using Earshot.Server.JetStream;

namespace Earshot;

/// <summary>A stream of an in-process server: a copy of its state.</summary>
/// <param name="Name">The name of the stream.</param>
/// <param name="Subjects">The subjects of the stream.</param>
/// <param name="Messages">Its messages, oldest first.</param>
/// <param name="LastSequence">The sequence of the last message that was stored; 0: none.</param>
/// <param name="Consumers">Its consumers, by name.</param>
public sealed record NatsTestServerStream(
    string Name, IReadOnlyList<string> Subjects, IReadOnlyList<NatsTestServerStoredMessage> Messages, ulong LastSequence, IReadOnlyList<NatsTestServerConsumer> Consumers)
{
    internal static NatsTestServerStream Of(HostedStream stream) => new(
        stream.State.Name,
        [.. stream.State.Config.Subjects ?? []],
        [.. stream.State.Messages.Messages.Select(NatsTestServerStoredMessage.Of)],
        stream.State.Messages.LastSequence,
        [.. stream.Consumers.Values.OrderBy(consumer => consumer.Name, StringComparer.Ordinal).Select(NatsTestServerConsumer.Of)]);
}
