using System.Text;

namespace Earshot.JetStream.Consuming;

/// <summary>A consumer as its reads know it: where it lies, and what its configuration says.</summary>
internal sealed class ConsumerOrigin(ConsumerHub hub, string prefix, string stream, string name)
{
    private ConsumerTraits _traits = ConsumerTraits.Unknown;
    private AckOrigin? _lastReply;

    public ConsumerHub Hub => hub;

    public string Stream => stream;

    public string Name => name;

    /// <summary>Acks wait for the server's confirmation, unless their own options say otherwise.</summary>
    public bool DoubleAck { get; init; }

    /// <summary>Compares what is delivered; null: the read itself does, as ordered ones do.</summary>
    public DeliveryWatch? Deliveries { get; init; }

    /// <summary>Subject of pull requests.</summary>
    public byte[] NextSubject { get; } = Encoding.UTF8.GetBytes($"{prefix}.CONSUMER.MSG.NEXT.{stream}.{name}");

    public string InfoSubject => $"{prefix}.CONSUMER.INFO.{stream}.{name}";

    /// <summary>What was last heard of the configuration.</summary>
    public ConsumerTraits Traits
    {
        get => Volatile.Read(ref _traits);
        set => Volatile.Write(ref _traits, value);
    }

    /// <summary>The beginning of the last reply subject that was read: nearly always that of the next one too.</summary>
    public AckOrigin? LastReply
    {
        get => Volatile.Read(ref _lastReply);
        set => Volatile.Write(ref _lastReply, value);
    }
}
