using Earshot.JetStream.Consuming;

namespace Earshot.Server.Tests.JetStream.Model;

/// <summary>A frame in flight between client and server.</summary>
/// <param name="Epoch">The number of the inbox.</param>
internal abstract record PullFrame(int Epoch)
{
    internal sealed record Subscribe(int Epoch) : PullFrame(Epoch);

    internal sealed record Unsubscribe(int Epoch) : PullFrame(Epoch);

    internal sealed record Pull(int Epoch, PullAsk Ask) : PullFrame(Epoch);

    internal sealed record Ack(ulong Sequence) : PullFrame(0);

    internal sealed record Message(int Epoch, ulong Sequence, int Size, ulong Pending) : PullFrame(Epoch);

    internal sealed record Status(int Epoch, PullStatus Value) : PullFrame(Epoch);
}
