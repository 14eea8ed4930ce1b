namespace Earshot.Cli.Messages;

/// <summary>A received message, or what a command made of it.</summary>
internal sealed record IncomingMessage(long Number, string Subject, string? ReplyTo, DateTimeOffset Time, NatsHeaders? Headers, ReadOnlyMemory<byte> Payload, TimeSpan? Rtt = null)
{
    internal static IncomingMessage Of(long number, in NatsMsg<byte[]> message, DateTimeOffset time, TimeSpan? rtt = null) =>
        new(number, message.Subject, message.ReplyTo, time, message.Headers, message.Data, rtt);
}
