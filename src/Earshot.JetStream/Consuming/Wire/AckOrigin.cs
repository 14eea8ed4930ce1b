namespace Earshot.JetStream.Consuming;

/// <summary>What the reply subjects of one consumer's messages have in common.</summary>
/// <param name="prefix">All in front of the numbers, with the last dot.</param>
/// <param name="suffix">All behind the numbers, with its first dot; usually nothing.</param>
/// <param name="stream">Name of the stream.</param>
/// <param name="consumer">Name of the consumer.</param>
/// <param name="domain">JetStream domain; empty: none.</param>
internal sealed class AckOrigin(byte[] prefix, byte[] suffix, string stream, string consumer, string domain)
{
    public ReadOnlySpan<byte> Prefix => prefix;

    public ReadOnlySpan<byte> Suffix => suffix;

    public string Stream => stream;

    public string Consumer => consumer;

    public string Domain => domain;
}
