using System.Text;
using Earshot.Connections;

namespace Earshot.JetStream.Consuming;

/// <summary>A consumer, as used by its reads: its names, its subjects and the relevant values of its configuration.</summary>
internal sealed class ConsumerOrigin(ConsumerHub hub, string prefix, string stream, string name)
{
    private ConsumerTraits _traits = ConsumerTraits.Unknown;
    private AckOrigin? _lastReply;

    public ConsumerHub Hub => hub;

    public string Stream => stream;

    public string Name => name;

    /// <summary>Whether acks wait for the server's confirmation, unless their options specify it.</summary>
    public bool DoubleAck { get; init; }

    /// <summary>Compares the delivered sequences, or only notes them for ordered reads, which compare them themselves.</summary>
    public DeliveryWatch? Deliveries { get; init; }

    /// <summary>Called with the stream sequence of each message for which a final ack is sent; null when nobody needs it.</summary>
    public Action<ulong>? Acknowledged { get; init; }

    /// <summary>The subject of pull requests.</summary>
    public byte[] NextSubject { get; } = Encoding.UTF8.GetBytes($"{prefix}.CONSUMER.MSG.NEXT.{stream}.{name}");

    public string InfoSubject => $"{prefix}.CONSUMER.INFO.{stream}.{name}";

    /// <summary>The last known values of the configuration.</summary>
    public ConsumerTraits Traits
    {
        get => Volatile.Read(ref _traits);
        set => Volatile.Write(ref _traits, value);
    }

    /// <summary>What traces and metrics call the origin of its messages.</summary>
    public MessageOrigin Telemetry => new() { Destination = stream, Subscription = Traits.DurableName };

    /// <summary>The common parts of the last reply subject that was read, which the next one nearly always has as well.</summary>
    public AckOrigin? LastReply
    {
        get => Volatile.Read(ref _lastReply);
        set => Volatile.Write(ref _lastReply, value);
    }
}
