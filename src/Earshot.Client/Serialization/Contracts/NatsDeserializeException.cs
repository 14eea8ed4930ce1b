namespace Earshot;

/// <summary>
/// The exception that describes a payload that could not be deserialized. It concerns one message; the subscription and the connection
/// continue.
/// </summary>
public class NatsDeserializeException : NatsException
{
    /// <summary>Initializes the exception with the payload and the cause.</summary>
    /// <param name="rawData">A copy of the payload, owned by the exception from now on.</param>
    /// <param name="inner">What the deserializer threw.</param>
    public NatsDeserializeException(byte[] rawData, Exception inner)
        : base($"The payload ({(rawData ?? []).Length} bytes) could not be deserialized: {inner?.Message}", inner)
    {
        RawData = rawData ?? [];
    }

    /// <summary>The payload as it was received.</summary>
    public byte[] RawData { get; }
}
