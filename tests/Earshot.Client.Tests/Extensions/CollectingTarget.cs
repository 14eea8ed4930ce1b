using System.Text;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.Client.Tests.Extensions;

/// <summary>A target that keeps what it is given and counts how often it is woken. Holds no assertions.</summary>
internal sealed class CollectingTarget(string subject) : DeliveryTarget(subject, null)
{
    private readonly List<string> _received = [];
    private int _wakes;

    public int Wakes => Volatile.Read(ref _wakes);

    public IReadOnlyList<string> Received
    {
        get
        {
            lock (_received)
            {
                return [.. _received];
            }
        }
    }

    public (NatsSubEndReason Reason, Exception? Exception)? Ended { get; private set; }

    public override void End(NatsSubEndReason reason, Exception? exception) => Ended = (reason, exception);

    public override void Wake() => Interlocked.Increment(ref _wakes);

    protected override bool Deliver(in ServerOperation operation)
    {
        string payload = Encoding.UTF8.GetString(operation.Payload);
        if (payload == "ignored")
        {
            return false;
        }

        lock (_received)
        {
            _received.Add($"{Encoding.UTF8.GetString(operation.Subject)}:{payload}");
        }

        return true;
    }
}
